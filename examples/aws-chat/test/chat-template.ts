import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { ChatStack } from "../stack/chat-stack.ts";

const code = Code.fromInline("exports.handler = async () => {};");
const stack = new ChatStack(new App(), "hubbub-chat", {
  code: { socket: code, fanOut: code },
  origins: ["https://chat.example"],
});

/** The example's stack, synthesised. */
export const template: Template = Template.fromStack(stack);

/** A CloudFormation value with its references written out, such as `arn:{AWS::Partition}:…`. */
export function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(text).join("");
  const [[name, of] = ["", ""]] = Object.entries(value ?? {});
  if (name === "Fn::Join" && Array.isArray(of)) return text(of[1]);
  return `{${Array.isArray(of) ? of.join(".") : of}}`;
}
