/** Listeners by name. */
export interface Emitter<Events extends object> {
  on<N extends keyof Events>(name: N, listener: (value: Events[N]) => void): () => void;
  emit<N extends keyof Events>(name: N, value: Events[N]): void;
}

/**
 * Creates an emitter whose listeners can't break who emits.
 *
 * @returns The emitter.
 */
export function createEmitter<Events extends object>(): Emitter<Events> {
  const all = new Map<keyof Events, Set<(value: never) => void>>();
  return {
    on(name, listener) {
      const own = (value: Events[typeof name]) => listener(value);
      const set = all.get(name) ?? new Set();
      all.set(name, set.add(own));
      return () => {
        set.delete(own);
      };
    },
    emit(name, value) {
      for (const listener of [...(all.get(name) ?? [])]) {
        try {
          listener(value as never);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}
