import type { Link } from "./link.ts";
import type { World } from "./world.ts";

/** Cuts a connection at the platform's age for it, or when it was silent for too long. */
export function watchAge({ plan, clock, wayMs }: World, link: Link): void {
  const { idleMs, cleanup } = plan.gateway;
  const { maxAgeMs } = plan;
  const server = () => (cleanup === "always" ? [wayMs()] : []);
  const cut = () => link.die({ client: wayMs(), server: server(), code: 1001 });
  const look = () => {
    if (!link.up) return;
    const leftMs = link.activeAt + idleMs - clock.now();
    if (leftMs > 0) clock.setTimer(leftMs, look);
    else cut();
  };
  if (Number.isFinite(maxAgeMs)) clock.setTimer(maxAgeMs, cut);
  if (Number.isFinite(idleMs)) clock.setTimer(idleMs, look);
}
