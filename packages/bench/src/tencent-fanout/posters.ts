import { Agent, request } from "node:http";
import { memberId } from "./member-id.ts";

/** Posts a text to a member, and waits for the answer. */
export type Post = (member: number, text: string) => Promise<void>;

/** One POST after another can do no more: each opens a connection of its own, as the classic functions did. */
export const classicPost = (pushUrl: string): Post => poster(pushUrl, false);

/** The least that a client of Node can do: connections are kept, the answer is read and not looked at. */
export function barePost(pushUrl: string, maxSockets: number): Post {
  return poster(pushUrl, new Agent({ keepAlive: true, maxSockets, maxFreeSockets: maxSockets }));
}

function poster(pushUrl: string, agent: Agent | false): Post {
  return (member, data) =>
    new Promise((resolve, reject) => {
      const websocket = {
        action: "data send",
        secConnectionID: memberId(member),
        dataType: "text",
      };
      const body = JSON.stringify({ websocket: { ...websocket, data } });
      const headers = { "content-type": "application/json" };
      const asked = request(pushUrl, { method: "POST", agent, headers }, (response) => {
        response.on("error", reject).on("end", resolve).resume();
      });
      asked.on("error", reject).end(body);
    });
}
