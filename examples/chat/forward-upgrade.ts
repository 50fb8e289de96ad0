import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";

/** Takes an upgrade that an HTTP server got. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * Hands WebSockets on to a gateway on this machine, so that the page needs to know one address only.
 *
 * @param from The path that the page connects to; others get 404.
 * @param to The gateway's URL, or what makes it for each: with a token, say.
 */
export function forwardUpgrades(from: string, to: string | (() => string)): UpgradeListener {
  return (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    const [path, query] = (request.url ?? "/").split("?");
    if (path !== from) {
      socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const { hostname, port, pathname, search } = new URL(typeof to === "string" ? to : to());
    const gateway = connect(Number(port), hostname, () => {
      const both = [search.slice(1), query].filter(Boolean).join("&");
      const target = both ? `${pathname}?${both}` : pathname;
      gateway.write(`GET ${target} HTTP/1.1\r\n${headersOf(request)}\r\n`);
      gateway.write(head);
      gateway.pipe(socket).pipe(gateway);
    });
    gateway.on("error", () => socket.destroy());
    socket.on("close", () => gateway.destroy());
    gateway.on("close", () => socket.destroy());
  };
}

function headersOf({ rawHeaders }: IncomingMessage): string {
  let text = "";
  for (let index = 0; index < rawHeaders.length; index += 2) {
    text += `${rawHeaders[index]}: ${rawHeaders[index + 1]}\r\n`;
  }
  return text;
}
