import { cleanName, MAX_NAME_LENGTH } from "../guest.ts";
import { find, setText } from "./dom.ts";

/**
 * Asks for a nickname.
 *
 * @param current The one there is; without one, the dialog can't be left.
 * @returns The new one, or undefined if the old one stays.
 */
export function askName(current: string): Promise<string | undefined> {
  const dialog = find("name-dialog", HTMLDialogElement);
  const form = find("name-form", HTMLFormElement);
  const field = find("name-field", HTMLInputElement);
  const problem = find("name-error", HTMLElement);
  const cancel = find("name-cancel", HTMLButtonElement);
  const done = new AbortController();
  const { signal } = done;

  field.value = current;
  cancel.hidden = current === "";
  setText(problem, "");
  return new Promise((resolve) => {
    const finish = (name: string | undefined) => {
      done.abort();
      dialog.close();
      resolve(name);
    };
    form.addEventListener(
      "submit",
      (event) => {
        event.preventDefault();
        const name = cleanName(field.value);
        if (name && Array.from(field.value.trim()).length <= MAX_NAME_LENGTH) return finish(name);
        const text = name
          ? `A name has ${MAX_NAME_LENGTH} characters at most.`
          : "Please give a name.";
        setText(problem, text);
        field.setAttribute("aria-invalid", "true");
      },
      { signal },
    );
    field.addEventListener("input", () => field.removeAttribute("aria-invalid"), { signal });
    cancel.addEventListener("click", () => finish(undefined), { signal });
    dialog.addEventListener(
      "cancel",
      (event) => {
        event.preventDefault();
        if (current) finish(undefined);
      },
      { signal },
    );
    // A second Escape closes a dialog even if the first was refused.
    dialog.addEventListener("close", () => !signal.aborted && dialog.showModal(), { signal });
    dialog.showModal();
    field.select();
  });
}
