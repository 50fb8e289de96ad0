/** How most responses begin. */
export const OK = "HTTP/1.1 200 OK\r\n";

/** Responses that are whole, and what they come to. */
export const whole: [string, string, { status: number; keepAlive: boolean; body: string }][] = [
  ["no body", `${OK}Content-Length: 0\r\n\r\n`, { status: 200, keepAlive: true, body: "" }],
  ["a body", `${OK}content-length:5\r\n\r\nhello`, { status: 200, keepAlive: true, body: "hello" }],
  [
    "no reason",
    "HTTP/1.1 410\r\nContent-Length: 2\r\n\r\n{}",
    { status: 410, keepAlive: true, body: "{}" },
  ],
  ["204", "HTTP/1.1 204 No Content\r\n\r\n", { status: 204, keepAlive: true, body: "" }],
  [
    "304",
    "HTTP/1.1 304 N\r\nContent-Length: 9\r\n\r\n",
    { status: 304, keepAlive: true, body: "" },
  ],
  [
    "close",
    `${OK}Connection: Close\r\nContent-Length: 1\r\n\r\nx`,
    { status: 200, keepAlive: false, body: "x" },
  ],
  [
    "close in a list",
    `${OK}Connection: foo, close\r\nContent-Length: 0\r\n\r\n`,
    { status: 200, keepAlive: false, body: "" },
  ],
  [
    "keep-alive",
    `${OK}Connection: keep-alive\r\nContent-Length: 0\r\n\r\n`,
    { status: 200, keepAlive: true, body: "" },
  ],
  [
    "closely",
    `${OK}Connection: closely\r\nContent-Length: 0\r\n\r\n`,
    { status: 200, keepAlive: true, body: "" },
  ],
  [
    "HTTP/1.0",
    "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
    { status: 200, keepAlive: false, body: "" },
  ],
  [
    "interim heads",
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n${OK}Content-Length: 1\r\n\r\nx`,
    { status: 200, keepAlive: true, body: "x" },
  ],
  [
    "chunks",
    `${OK}Transfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n`,
    { status: 200, keepAlive: true, body: "abc0123456789" },
  ],
  [
    "trailers",
    `${OK}Transfer-Encoding: chunked\r\n\r\n1\r\n\r\r\n00\r\nA: b\r\nC:\r\n\r\n`,
    { status: 200, keepAlive: true, body: "\r" },
  ],
  [
    "more than asked for",
    `${OK}Content-Length: 1\r\n\r\nxy`,
    { status: 200, keepAlive: false, body: "x" },
  ],
  [
    "more than the chunks",
    `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP`,
    { status: 200, keepAlive: false, body: "" },
  ],
];

/** Responses that are refused. */
export const malformed: [string, string][] = [
  ["no HTTP", "SSH-2.0-OpenSSH\r\n\r\n"],
  ["HTTP/2", "HTTP/2 200\r\n\r\n"],
  ["HTTP/1.2", "HTTP/1.2 200 OK\r\n\r\n"],
  ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n"],
  ["a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n"],
  ["a status below 100", "HTTP/1.1 099 OK\r\n\r\n"],
  ["101", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"],
  ["a bare LF", `${OK}A: b\nContent-Length: 0\r\n\r\n`],
  ["a bare CR", `${OK}A: b\rContent-Length: 0\r\n\r\n`],
  ["a NUL", `${OK}A: \0\r\nContent-Length: 0\r\n\r\n`],
  ["a folded line", `${OK}A: b\r\n c\r\nContent-Length: 0\r\n\r\n`],
  ["a blank before the colon", `${OK}Content-Length : 0\r\n\r\n`],
  ["no name", `${OK}: 0\r\n\r\n`],
  ["no colon", `${OK}Content-Length\r\n\r\n`],
  ["two lengths", `${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx`],
  ["a list of lengths", `${OK}Content-Length: 1, 1\r\n\r\nx`],
  ["a negative length", `${OK}Content-Length: -1\r\n\r\n`],
  ["a signed length", `${OK}Content-Length: +1\r\n\r\nx`],
  ["a hexadecimal length", `${OK}Content-Length: 0x1\r\n\r\nx`],
  ["an empty length", `${OK}Content-Length:\r\n\r\n`],
  ["an endless length", `${OK}Content-Length: ${"9".repeat(400)}\r\n\r\n`],
  ["a length and chunks", `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ["another coding", `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n`],
  ["two codings", `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`],
  ["chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
  ["a malformed size", `${OK}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`],
  ["an empty size", `${OK}Transfer-Encoding: chunked\r\n\r\n\r\n`],
  ["a negative size", `${OK}Transfer-Encoding: chunked\r\n\r\n-1\r\n`],
  ["a size beyond 32 bits", `${OK}Transfer-Encoding: chunked\r\n\r\n100000000\r\n`],
  ["a chunk that is too long", `${OK}Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n`],
  ["no CRLF behind a chunk", `${OK}Transfer-Encoding: chunked\r\n\r\n1\r\nxab0\r\n\r\n`],
  ["an endless size line", `${OK}Transfer-Encoding: chunked\r\n\r\n1;${"x".repeat(2000)}`],
  ["a long size line", `${OK}Transfer-Encoding: chunked\r\n\r\n1;${"x".repeat(2000)}\r\n`],
  ["a malformed trailer", `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\nA b\r\n\r\n`],
  ["endless trailers", `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n${"A: b\r\n".repeat(33)}`],
];
