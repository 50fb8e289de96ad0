/** Fills a hub's and an event's name into a URL; names of placeholders have no case. */
export function fillTemplate(template: string, hub: string, event: string): string {
  return template
    .replace(/\{hub\}/gi, () => encodeURIComponent(hub))
    .replace(/\{event\}/gi, () => encodeURIComponent(event));
}
