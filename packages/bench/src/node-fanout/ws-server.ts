import { WebSocketServer } from "ws";
import { answerQuestions } from "../child.ts";

// The least that a fan-out on `ws` can be: no rooms, no log, no ack, no checks.
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
server.on("connection", (socket) => {
  socket.on("message", (data) => {
    const text = data.toString();
    for (const client of server.clients) if (client !== socket) client.send(text);
  });
});
const listening = new Promise<void>((resolve) => server.once("listening", resolve));

answerQuestions({
  async port() {
    await listening;
    const address = server.address();
    return address && typeof address === "object" ? address.port : 0;
  },
});
