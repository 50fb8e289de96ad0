/** What `createClient` reads from a chat definition: its events, in a property that exists in types only. */
export interface ChatTypes {
  /** Never present at run time. */
  readonly "~types"?: { readonly events: object; readonly user?: unknown } | undefined;
}

/** The chat of a client that was given no definition: any event, data unknown. */
export interface UntypedChat {
  /** Never present at run time. */
  readonly "~types"?: { readonly events: Record<string, unknown> };
}

/** The events of a chat definition. */
export type EventsOf<C extends ChatTypes> = NonNullable<C["~types"]>["events"];

type Standard<T> = { readonly "~standard": { readonly types?: T | undefined } };
type InputOf<S> =
  S extends Standard<infer T> ? (T extends { readonly input: infer I } ? I : unknown) : unknown;
type OutputOf<S> =
  S extends Standard<infer T> ? (T extends { readonly output: infer O } ? O : unknown) : unknown;
type Property<E, K, P extends string> = K extends keyof E
  ? E[K] extends { readonly [Q in P]: infer S }
    ? S
    : unknown
  : unknown;

/** The names of the events that are stored: those for `publish`. */
export type LoggedEvent<E> = string extends keyof E
  ? string
  : {
      [K in keyof E & string]: E[K] extends { reply: unknown } | { ephemeral: true } ? never : K;
    }[keyof E & string];

/** The names of the events that are pushed and forgotten: those for `signal`. */
export type EphemeralEvent<E> = string extends keyof E
  ? string
  : { [K in keyof E & string]: E[K] extends { ephemeral: true } ? K : never }[keyof E & string];

/** The names of the events that are answered: those for `request`. */
export type RequestEvent<E> = string extends keyof E
  ? string
  : { [K in keyof E & string]: E[K] extends { reply: unknown } ? K : never }[keyof E & string];

/** What is passed to send an event. */
export type DataInput<E, K> = InputOf<Property<E, K, "data">>;

/** What is received for an event. */
export type DataOutput<E, K> = OutputOf<Property<E, K, "data">>;

/** What a request is answered with. */
export type ReplyOutput<E, K> = OutputOf<Property<E, K, "reply">>;
