import type { FrameSource, Message } from "./generate-message.ts";

/** Something that messages are fed to. */
export interface Target {
  /** Makes good frames for its present state. */
  readonly source: FrameSource;
  /** Which connection, in which state, the next message comes on. */
  choose(): string;
  /** Handles a message; what it takes is measured. What it throws is a failure. */
  handle(message: Message, connection: string): Promise<void> | void;
  /** What was wrong with what was done since the last call; not measured. */
  problems(): Promise<readonly string[]> | readonly string[];
  /** Whether it still does what it should, once the last message is handled. */
  finish(): Promise<readonly string[]>;
}
