import { createServer } from "node:http";
import { Server } from "socket.io";
import { answerQuestions } from "../child.ts";

const http = createServer();
const io = new Server(http, {
  transports: ["websocket"],
  perMessageDeflate: false,
  serveClient: false,
});
io.on("connection", (socket) => {
  void socket.join("bench");
  socket.on("say", (data) => socket.to("bench").emit("say", data));
});

answerQuestions({
  async port() {
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const address = http.address();
    return address && typeof address === "object" ? address.port : 0;
  },
});
