import { checkFunction, checkKnown, checkNumber } from "./check-options.ts";
import { InvalidArgumentError } from "./errors.ts";
import { roomNameProblem } from "./room-name.ts";

const OPTIONS = [
  "events",
  "origins",
  "authenticate",
  "authorize",
  "on",
  "published",
  "joined",
  "left",
  "plain",
  "heartbeatMs",
  "leaseMs",
  "limits",
  "retention",
  "presence",
] as const;
const HOOKS = ["authenticate", "authorize", "published", "joined", "left"] as const;
const DAY_MS = 24 * 60 * 60 * 1000;
const EVENT_NAME_CHARS = 64; // As the protocol's section 3 has it.
// A page's origin is scheme://host[:port] in lower case, its host in punycode, without a default port.
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.:[\]_-]+$/;
const DEFAULT_PORT = /^(https:.*:443|http:.*:80)$/;

type Unchecked = Partial<Record<(typeof OPTIONS)[number], unknown>>;

/** Refuses a wrong chat definition; JavaScript users have no compiler to do it. */
export function checkDefinition(input: object): void {
  checkKnown("defineChat", input, OPTIONS);
  const definition: Unchecked = input;
  checkEvents(definition.events);
  for (const hook of HOOKS) {
    if (definition[hook] !== undefined) checkFunction(hook, definition[hook]);
  }
  checkHandlers(
    definition.on === undefined ? {} : definition.on,
    new Map(Object.entries(definition.events as object)),
  );
  if (definition.origins !== undefined) checkOrigins(definition.origins);
  if (definition.plain !== undefined) checkPlain(definition.plain);
  const { heartbeatMs = 25_000, leaseMs } = definition;
  checkNumber("heartbeatMs", heartbeatMs, { min: 1000 });
  if (Number(heartbeatMs) > DAY_MS) throw new InvalidArgumentError("heartbeatMs is over a day");
  if (leaseMs !== undefined) checkNumber("leaseMs", leaseMs, { min: Number(heartbeatMs) + 1 });
}

function checkEvents(events: unknown): void {
  if (typeof events !== "object" || events === null || Object.keys(events).length === 0) {
    throw new InvalidArgumentError("events must be an object with at least one event");
  }
  for (const [name, event] of Object.entries(events)) {
    if (name.length === 0 || name.length > EVENT_NAME_CHARS) {
      throw new InvalidArgumentError(`events: a name must have 1 to 64 characters, got "${name}"`);
    }
    checkKnown(`events.${name}`, event, ["data", "ephemeral", "reply"]);
    checkSchema(`events.${name}.data`, event.data);
    if (event.reply !== undefined) checkSchema(`events.${name}.reply`, event.reply);
    if (event.ephemeral !== undefined && typeof event.ephemeral !== "boolean") {
      throw new InvalidArgumentError(`events.${name}.ephemeral must be true or false`);
    }
    if (event.reply !== undefined && event.ephemeral) {
      throw new InvalidArgumentError(`events.${name} can't be ephemeral and have a reply`);
    }
  }
}

function checkSchema(name: string, schema: unknown): void {
  const standard = (schema as { "~standard"?: { validate?: unknown } } | undefined)?.["~standard"];
  if (typeof standard?.validate !== "function") {
    throw new InvalidArgumentError(`${name} must be a Standard Schema, such as z.object({ … })`);
  }
}

function checkHandlers(on: unknown, events: ReadonlyMap<string, { reply?: unknown }>): void {
  if (typeof on !== "object" || on === null) throw new InvalidArgumentError("on must be an object");
  const handlers = new Map(Object.entries(on));
  for (const [name, handler] of handlers) {
    if (!events.has(name)) throw new InvalidArgumentError(`on.${name}: there is no such event`);
    checkFunction(`on.${name}`, handler);
  }
  for (const [name, event] of events) {
    if (event.reply !== undefined && !handlers.has(name)) {
      throw new InvalidArgumentError(`on.${name} must be there: the event has a reply`);
    }
  }
}

function checkOrigins(origins: unknown): void {
  if (!Array.isArray(origins)) throw new InvalidArgumentError("origins must be an array");
  for (const origin of origins) {
    if (origin === null) continue;
    // What a browser never sends would never match.
    if (typeof origin !== "string" || !ORIGIN.test(origin) || DEFAULT_PORT.test(origin)) {
      throw new InvalidArgumentError(
        `origins: "${String(origin)}" must be an exact origin such as "https://chat.example"`,
      );
    }
  }
}

function checkPlain(plain: unknown): void {
  checkKnown("plain", plain, ["room", "receive", "render", "renderError"]);
  const { room, receive, render, renderError } = plain as Record<string, unknown>;
  if (typeof room !== "string") checkFunction("plain.room", room);
  else if (roomNameProblem(room))
    throw new InvalidArgumentError("plain.room must be a room's name");
  checkFunction("plain.receive", receive);
  checkFunction("plain.render", render);
  if (renderError !== undefined) checkFunction("plain.renderError", renderError);
}
