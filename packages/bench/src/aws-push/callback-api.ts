import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";
import { answerQuestions } from "../child.ts";
import { loopbackFile } from "./loopback-file.ts";

// The least that API Gateway's @connections can be: every post is answered with 200 once its service
// time is over. Bytes come and go through TLS; nothing is verified.
const serviceMs = Number(process.argv[2] ?? 0);
const OK = Buffer.from(
  [
    "HTTP/1.1 200 OK",
    "Date: Fri, 02 Jan 2026 03:04:05 GMT",
    "Content-Type: application/json",
    "Content-Length: 0",
    "Connection: keep-alive",
    "x-amzn-RequestId: 8f3b1f2e-1111-2222-3333-444455556666",
    "x-amz-apigw-id: ABCDEFGHIJKLMNO=",
    "\r\n",
  ].join("\r\n"),
);
const LENGTH = /content-length: (\d+)/i;

const identity = {
  key: readFileSync(loopbackFile("key")),
  cert: readFileSync(loopbackFile("certificate")),
};
const server = createServer(identity, (socket) => {
  let rest = "";
  const answer = () => socket.write(OK);
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (bytes: Buffer) => {
    rest += bytes.toString("latin1");
    for (let end = requestEnd(rest); end > 0; end = requestEnd(rest)) {
      rest = rest.slice(end);
      if (serviceMs > 0) setTimeout(answer, serviceMs);
      else answer();
    }
  });
});

function requestEnd(text: string): number {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd < 0) return 0;
  const end = headEnd + 4 + Number(LENGTH.exec(text.slice(0, headEnd))?.[1] ?? 0);
  return text.length < end ? 0 : end;
}

const listening = new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

answerQuestions({
  async port() {
    await listening;
    const { port } = server.address() as AddressInfo;
    return port;
  },
});
