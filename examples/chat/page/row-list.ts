/** One line of the stream: a message, a divider, a note. */
export interface Row {
  /** Names the row; its element is kept for as long as the key is there. */
  readonly key: string;
  /** Changes when the element has to. */
  readonly version: string;
  create(): HTMLElement;
  /** Brings an element up to date; called after `create`, too. */
  update(element: HTMLElement): void;
}

/** A container that shows rows. */
export interface RowList {
  /** Shows exactly these rows. Elements stay where they are, so a screen reader hears only what is new. */
  show(rows: readonly Row[]): void;
}

/**
 * Creates a list of rows.
 *
 * @param container Whose children they become; nobody else touches them.
 */
export function createRowList(container: HTMLElement): RowList {
  let shown = new Map<string, { element: HTMLElement; version: string }>();
  return {
    show(rows) {
      const kept = new Map<string, { element: HTMLElement; version: string }>();
      for (const row of rows) {
        const old = shown.get(row.key);
        shown.delete(row.key);
        const element = old?.element ?? row.create();
        if (old?.version !== row.version) row.update(element);
        kept.set(row.key, { element, version: row.version });
      }
      for (const { element } of shown.values()) element.remove();
      let next = container.firstElementChild;
      for (const { element } of kept.values()) {
        if (element === next) next = next.nextElementSibling;
        else container.insertBefore(element, next);
      }
      shown = kept;
    },
  };
}
