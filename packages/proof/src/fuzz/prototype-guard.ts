const GUARDED: readonly (readonly [string, object])[] = [
  ["Object.prototype", Object.prototype],
  ["Array.prototype", Array.prototype],
  ["Function.prototype", Function.prototype],
  ["String.prototype", String.prototype],
  ["Number.prototype", Number.prototype],
  ["Boolean.prototype", Boolean.prototype],
  ["RegExp.prototype", RegExp.prototype],
  ["Promise.prototype", Promise.prototype],
  ["Map.prototype", Map.prototype],
  ["Set.prototype", Set.prototype],
  ["Error.prototype", Error.prototype],
  ["Uint8Array.prototype", Uint8Array.prototype],
  ["Object", Object],
  ["Array", Array],
  ["JSON", JSON],
  ["Math", Math],
];

/** Notices when something that every object inherits was changed. */
export interface PrototypeGuard {
  /** What has changed; undefined if nothing has. Compares every own property. */
  check(): string | undefined;
  /** The same, of the number of own keys of the two likeliest: cheap enough for every message. */
  checkQuickly(): string | undefined;
}

type Descriptors = Map<PropertyKey, PropertyDescriptor | undefined>;

const describe = (object: object): Descriptors =>
  new Map(
    Reflect.ownKeys(object).map((key) => [key, Reflect.getOwnPropertyDescriptor(object, key)]),
  );

const isSame = (a: PropertyDescriptor | undefined, b: PropertyDescriptor | undefined): boolean =>
  a?.value === b?.value &&
  a?.get === b?.get &&
  a?.set === b?.set &&
  a?.writable === b?.writable &&
  a?.enumerable === b?.enumerable &&
  a?.configurable === b?.configurable;

/** Remembers what everything looks like now. */
export function createPrototypeGuard(): PrototypeGuard {
  const before = GUARDED.map(([name, object]) => ({
    name,
    object,
    descriptors: describe(object),
    prototype: Object.getPrototypeOf(object) as unknown,
  }));
  const keyCounts = () =>
    Reflect.ownKeys(Object.prototype).length + Reflect.ownKeys(Array.prototype).length;
  const count = keyCounts();
  return {
    check() {
      for (const { name, object, descriptors, prototype } of before) {
        const now = describe(object);
        if (Object.getPrototypeOf(object) !== prototype) return `${name} has another prototype`;
        for (const key of new Set([...descriptors.keys(), ...now.keys()])) {
          const there = descriptors.has(key) === now.has(key);
          if (!there || !isSame(descriptors.get(key), now.get(key)))
            return `${name}.${String(key)}`;
        }
      }
      return undefined;
    },
    checkQuickly() {
      return keyCounts() === count ? undefined : "the keys of Object.prototype or Array.prototype";
    },
  };
}
