/**
 * What is needed of the official client of SQS. It is loaded when the first job is sent; whoever bundles a
 * function has the rest of that package left out because this module names the two.
 */
export { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
