/** The page of the classic chat: no library and no subprotocol; it sends raw text, and shows what comes. */
export const classicPage = (url: string): string => `<!doctype html>
<title>chat</title>
<form><input id="text" autocomplete="off"><button>send</button></form>
<ul id="lines"></ul>
<script>
  const socket = new WebSocket(${JSON.stringify(url)});
  socket.onopen = () => { document.title = "open"; };
  socket.onmessage = ({ data }) => {
    const line = document.createElement("li");
    line.textContent = data;
    document.querySelector("#lines").append(line);
  };
  document.querySelector("form").onsubmit = (event) => {
    event.preventDefault();
    socket.send(document.querySelector("#text").value);
  };
</script>`;
