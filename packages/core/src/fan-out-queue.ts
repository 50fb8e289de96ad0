/**
 * The rest of a fan-out that one invocation could not finish: a worker hands it to `hub.fanOut`.
 * It is small, it may run twice, and it holds no message: that is read from the log by its seq.
 */
export interface FanOutJob {
  readonly room: string;
  readonly epoch: string;
  readonly seq: number;
  /** The page of members to begin with; absent for the first. */
  readonly cursor?: string | undefined;
  /** The sender's connection, which doesn't get it. */
  readonly except?: string | undefined;
}

/** Takes fan-out jobs. */
export interface FanOutQueue {
  /** MUST resolve only when the job is safe. */
  enqueue(job: FanOutJob): Promise<void>;
}
