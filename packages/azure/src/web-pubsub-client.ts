/** How a request is made: given up by the signal. */
export interface WebPubSubRequestOptions {
  abortSignal?: AbortSignal;
}

/** The least of a `WebPubSubGroup` that the pusher needs. */
export interface WebPubSubGroupLike {
  addConnection(connectionId: string, options: WebPubSubRequestOptions): Promise<void>;
  removeConnection(connectionId: string, options: WebPubSubRequestOptions): Promise<void>;
  sendToAll(
    text: string,
    options: WebPubSubRequestOptions & {
      contentType: "text/plain";
      excludedConnections?: string[];
    },
  ): Promise<void>;
}

/** The least of a `WebPubSubServiceClient` that the pusher needs. */
export interface WebPubSubClientLike {
  group(name: string): WebPubSubGroupLike;
  sendToConnection(
    connectionId: string,
    text: string,
    options: WebPubSubRequestOptions & { contentType: "text/plain" },
  ): Promise<void>;
  closeConnection(
    connectionId: string,
    options: WebPubSubRequestOptions & { reason?: string },
  ): Promise<void>;
}
