import { describe, expect, it } from "vitest";
import type {
  LocalTencentGatewayOptions,
  ScfContext,
  TencentGatewayEvent,
} from "../../../src/tencent.ts";
import { connect } from "../../kit.ts";
import { admit, push, refusedStatus, startTencent, until } from "../../tencent-kit.ts";

type Register = LocalTencentGatewayOptions["register"];
type Transport = LocalTencentGatewayOptions["transport"];
const later = (work: () => void) => void setImmediate(work);

describe("a function", () => {
  it.each<[string, Register]>([
    ["a promise", async (event) => admit(event)],
    ["its callback", (event, _context, callback) => callback(null, admit(event))],
    [
      "its callback, later",
      (event, _context, callback) => later(() => callback(null, admit(event))),
    ],
    [
      "its callback, and an arrow's timer that is no answer",
      (event, _context, callback) => setTimeout(callback, 1, null, admit(event)),
    ],
    [
      "its callback, more than once",
      (event, _context, callback) => {
        callback(undefined, admit(event));
        callback(new Error("too late"));
      },
    ],
    [
      "a promise, whatever it calls back with",
      async (event, _context, callback) => {
        callback(null, "another");
        return admit(event);
      },
    ],
    // What wraps a function has often no parameters of its own.
    ["its callback, wrapped", (...all) => void all[2](null, admit(all[0]))],
    [
      "its callback, not the value that it returns",
      (event, _context, callback) => {
        callback(null, admit(event));
        return "another";
      },
    ],
    ["a value", (event) => admit(event)],
    ["a value, though it takes a callback", (event, _context, _callback) => admit(event)],
    // As the official samples do it, with undefined where the client offered nothing.
    [
      "undefined for what it leaves out",
      async (event) => admit(event, { secWebSocketProtocol: event.websocket.secWebSocketProtocol }),
    ],
    [
      "null for what it leaves out",
      async (event) => admit(event, { secWebSocketProtocol: null, secWebSocketExtensions: null }),
    ],
    ["more than is wanted", async (event) => ({ ...admit(event), data: "connected" })],
  ])("answers by %s", async (_how, register) => {
    const gateway = await startTencent({ register });
    await connect(gateway.url);
    expect(gateway.counts).toMatchObject({ register: 1, refusals: 0, failures: 0 });
  });

  it.each<[string, Transport]>([
    ["what is no JSON", async () => ({ big: 1n })],
    ["an error that it calls back with", (_event, _context, callback) => callback(new Error("no"))],
    ["a text that it calls back with", (_event, _context, callback) => later(() => callback("no"))],
    ["a status that is not 200, as text", async () => ({ statusCode: "500" })],
  ])("fails by %s", async (_how, transport) => {
    const gateway = await startTencent({ transport });
    const { ws, closed } = await connect(gateway.url);
    ws.send("hi");
    expect((await closed).code).toBe(1006);
    expect(gateway.counts).toMatchObject({ failures: 1, cuts: 1 });
  });

  it.each<[string, Transport]>([
    ["a text", async () => "send success"],
    ["nothing", async () => undefined],
    ["nothing, without a promise", () => undefined],
    ["bytes", async () => Buffer.from("x")],
    ["a callback with nothing", (_event, _context, callback) => callback()],
    ["a status, as text", async () => ({ statusCode: "200" })],
    ["an errNo, which only register has", async () => ({ errNo: 102, errMsg: "not found" })],
  ])("may answer a message with %s", async (_how, transport) => {
    const gateway = await startTencent({ transport });
    const { ws } = await connect(gateway.url);
    ws.send("hi");
    await until(() => gateway.counts.transport === 1);
    await gateway.idle();
    expect(gateway.connections()).toHaveLength(1);
    expect(gateway.counts).toMatchObject({ failures: 0, cuts: 0 });
  });

  it("may change its event and its context", async () => {
    const transport: Transport = (event: { websocket: { data?: string } }, context: ScfContext) => {
      context.callbackWaitsForEmptyEventLoop = false;
      delete event.websocket.data;
    };
    const gateway = await startTencent({ transport });
    gateway.faults.invocations = () => [0, 0];
    const { ws } = await connect(gateway.url);
    ws.send("hi");
    await until(() => gateway.counts.transport === 2);
    await gateway.idle();
    expect(gateway.counts.failures).toBe(0);
  });

  it("may be all three", async () => {
    const actions: string[] = [];
    const all = async ({ websocket }: TencentGatewayEvent) => {
      actions.push(websocket.action);
      const { action, secConnectionID } = websocket;
      return { errNo: 0, errMsg: "ok", data: "", websocket: { action, secConnectionID } };
    };
    const gateway = await startTencent({ register: all, transport: all, cleanup: all });
    const { ws, closed } = await connect(gateway.url);
    ws.send("hi");
    await until(() => actions.length === 2);
    ws.close();
    await closed;
    await until(() => actions.length === 3);
    expect(actions).toEqual(["connecting", "data send", "closing"]);
  });

  it("is told what of its answer is malformed", async () => {
    const errors: string[] = [];
    const logger = { error: (message: string) => void errors.push(message) };
    const register: Register = () => ({ errNo: 0, websocket: {} });
    const gateway = await startTencent({ register, logger });
    expect(await refusedStatus(gateway.url)).toBe(502);
    expect(errors).toEqual([expect.stringContaining("errMsg")]);
  });

  it("is refused binary data that are no base64", async () => {
    const gateway = await startTencent();
    const { ws } = await connect(gateway.url);
    const [secConnectionID] = gateway.connections();
    const message = { action: "data send", secConnectionID, dataType: "binary" };
    const { body } = await push(gateway, { ...message, data: "no base64!" });
    expect(Object(body).errNo).toBe(2);
    expect(await push(gateway, { ...message, data: "" })).toMatchObject({ body: { errNo: 0 } });
    expect(ws.readyState).toBe(ws.OPEN);
  });
});
