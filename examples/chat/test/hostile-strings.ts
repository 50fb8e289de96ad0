const CODE = "window.pwned=1;alert(1)";

const markup = [
  `<script>${CODE}</script>`,
  `</textarea><script>${CODE}</script>`,
  `</title><script>${CODE}</script>`,
  `<img src=x onerror="${CODE}">`,
  `<svg onload="${CODE}"></svg>`,
  `<svg><script>${CODE}</script></svg>`,
  `<svg><animate onbegin="${CODE}" attributeName=x dur=1s>`,
  `<iframe src="javascript:${CODE}"></iframe>`,
  `<iframe srcdoc="<script>parent.${CODE}</script>"></iframe>`,
  `<body onload="${CODE}">`,
  `<details open ontoggle="${CODE}"><summary>x</summary></details>`,
  `<video><source onerror="${CODE}"></video>`,
  `<input autofocus onfocus="${CODE}">`,
  `<a href="javascript:${CODE}">click</a>`,
  `<math><mtext><table><mglyph><style><img src=x onerror="${CODE}">`,
  `<style>*{display:none}</style>`,
  `<link rel=stylesheet href="data:text/css,*{display:none}">`,
  `<base href="https://evil.example/">`,
  `<meta http-equiv=refresh content="0;url=https://evil.example/">`,
  `<form action="https://evil.example/"><button>x</button></form>`,
  `<object data="javascript:${CODE}"></object>`,
  `<template><script>${CODE}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${CODE}>">`,
  `"><img src=x onerror="${CODE}">`,
  `' onmouseover='${CODE}`,
  `\` onfocus=\`${CODE}`,
  `--><script>${CODE}</script><!--`,
  `]]><script>${CODE}</script>`,
  `&lt;script&gt;${CODE}&lt;/script&gt;`,
  `\\u003cscript\\u003e${CODE}`,
];

const links = [
  `javascript:${CODE}`,
  `JaVaScRiPt:${CODE}`,
  `java\nscript:${CODE}`,
  `data:text/html,<script>${CODE}</script>`,
  `vbscript:${CODE}`,
  `https://example.org/"onmouseover="${CODE}`,
  `https://example.org/'><img src=x onerror=${CODE}>`,
  `http://javascript:${CODE}@example.org/`,
  "https://",
  "http://[::1",
  "https://example.org/%",
  "https://xn--80ak6aa92e.com/",
  "//evil.example/x",
  "file:///etc/passwd",
  `blob:https://example.org/${CODE}`,
];

const templates = [
  "{{constructor.constructor('window.pwned=1')()}}",
  "$\u007bwindow.pwned=1}",
  "<%= process.exit() %>",
  "#{window.pwned=1}",
  "{% raw %}",
  "%s%s%s%n",
  "$(id)",
  "'; DROP TABLE messages; --",
  '{"type":"message","room":"lobby"}',
  '[{"$gt":""}]',
];

const names = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "undefined",
  "null",
  "NaN",
  "-0",
  "1e400",
  "@admin",
  "#lobby",
  "../../etc/passwd",
  "..%2f..%2f",
  "CON",
];

const signs = [
  "\u202Egnirts desrever\u202C",
  "\u2066isolated\u2069\u2067",
  "\u200B\u200B\u200B",
  "\uFEFFmark",
  "a\u0000b",
  "\u0007bell\u001B[31mred",
  "line\u2028separator\u2029end",
  "\uD800",
  "\uDC00\uD800",
  "x\uDFFFx",
  "\uFFFE\uFFFF",
  "e\u0301\u0302\u0303\u0304".repeat(40),
  `z${"\u0335\u0336\u0337\u0338\u0301\u030B\u0352\u0489".repeat(60)}`,
  "\u0E49".repeat(100),
  "مرحبا بالعالم",
  "שלום <b>עולם</b>",
  "﷽".repeat(40),
  "𒐫".repeat(60),
  "👩‍👩‍👧‍👦".repeat(60),
  "🏴󠁧󠁢󠁥󠁮󠁧󠁿".repeat(20),
  "\u{1F600}".repeat(900),
  "Ω≈ç√∫˜µ≤≥÷",
  "ﬁ ﬀ Å ﹤script﹥",
  "＜script＞alert(1)＜/script＞",
  "\t\t\ttabs",
  "a\r\nb\rc\nd",
  `${"\n".repeat(300)}end`,
  "W".repeat(2000),
  "i".repeat(2000),
  `https://example.org/${"x".repeat(1900)}`,
];

const cut = (text: string) => text.slice(0, 2000);
const base = [...markup, ...links, ...templates, ...names, ...signs];
const wrapped = base.map((text, index) => {
  const next = base[(index * 7 + 3) % base.length] ?? "";
  return cut(
    [`${text} ${next}`, `<b>${text}</b>`, `\u202E${text}`, `${next}\n${text}`][index % 4] ?? text,
  );
});

/** 200 strings that must be shown as what they are: text. */
export const hostileStrings: readonly string[] = [...base, ...wrapped].map(cut);
