import { Duration } from "aws-cdk-lib";
import { TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";

/** The jobs of big rooms, and beside it what failed five times. */
export class FanOutQueue extends Construct {
  readonly queueUrl: string;
  readonly #jobs: Queue;

  constructor(scope: Construct, id: string, { workerTimeout }: { workerTimeout: Duration }) {
    super(scope, id);
    const failed = new Queue(this, "Failed", {
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.#jobs = new Queue(this, "Jobs", {
      enforceSSL: true,
      retentionPeriod: Duration.hours(1), // By then heartbeats have long told everybody.
      visibilityTimeout: Duration.seconds(6 * workerTimeout.toSeconds()), // As Lambda's guide asks.
      deadLetterQueue: { queue: failed, maxReceiveCount: 5 },
    });
    this.queueUrl = this.#jobs.queueUrl;
    failed.metricApproximateNumberOfMessagesVisible().createAlarm(this, "SomeFailed", {
      alarmDescription: "Jobs of a big room's message failed five times: see the worker's log.",
      evaluationPeriods: 1,
      threshold: 1, // At least, as is the comparison's default.
      treatMissingData: TreatMissingData.NOT_BREACHING, // An unused queue reports nothing.
    });
  }

  grantSend({ grantPrincipal }: IGrantable): void {
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [this.#jobs.queueArn] }),
    );
  }

  /** Has a function do the jobs, one at a time, so many at once. */
  workWith(worker: Lambda, maxConcurrency: number): void {
    worker.addEventSource(
      new SqsEventSource(this.#jobs, {
        batchSize: 1,
        reportBatchItemFailures: true,
        maxConcurrency,
      }),
    );
  }
}
