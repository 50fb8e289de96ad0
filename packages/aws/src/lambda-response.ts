/** What API Gateway is answered. */
export interface LambdaResponse {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
}
