import type { Page } from "playwright-core";

/** What the page itself puts into its lists. */
const EXPECTED = "div, p, span, bdi, time, svg, use, a, li, button";

/** What a message, a name or a room has done to the page: nothing, if all is well. */
export async function findDamage(page: Page): Promise<string[]> {
  const ran = await page.evaluate(() => ("pwned" in window ? ["a script ran"] : []));
  return [
    ...ran,
    ...(await findInjected(page)),
    ...(await findBadLinks(page)),
    ...(await findWide(page)),
  ];
}

/** Elements that nobody wrote into the page, and handlers. */
async function findInjected(page: Page): Promise<string[]> {
  return page.evaluate((expected) => {
    const all = [...document.querySelectorAll("#log *, #room-list *, #people-list *")];
    const bad = all.filter(
      (element) =>
        !element.matches(expected) ||
        element.getAttributeNames().some((name) => name.startsWith("on")),
    );
    return bad.map((element) => `<${element.localName}> in the page`);
  }, EXPECTED);
}

async function findBadLinks(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const links = [...document.querySelectorAll<HTMLAnchorElement>(".text a")];
    const bad = links.filter(
      ({ protocol, relList }) => !/^https?:$/.test(protocol) || !relList.contains("noopener"),
    );
    return bad.map(({ href }) => `a link to ${href}`);
  });
}

/** Whatever sticks out of the window or of its list. */
async function findWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const boxes = [
      document.documentElement,
      ...document.querySelectorAll("#stream, #room-list, #people-list"),
    ];
    const wide = boxes.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
    const bubbles = [...document.querySelectorAll(".bubble")];
    const out = bubbles.filter((bubble) => bubble.getBoundingClientRect().right > innerWidth);
    return [...wide, ...out].map((element) => `${element.localName}#${element.id} is too wide`);
  });
}
