/** Fills a field of the login screen in, as a user would, and goes on to the button that sends it. Says whether there is one. */
export function fillIn(texts: Readonly<Record<string, string>>): boolean {
  let last: HTMLInputElement | null = null;
  for (const [name, text] of Object.entries(texts)) {
    last = document.querySelector<HTMLInputElement>(`.login input[name="${name}"]`);
    if (!last) return false;
    last.value = text;
    last.dispatchEvent(new Event('input', { bubbles: true }));
  }
  last?.form?.querySelector<HTMLElement>('[type="submit"]')?.focus();
  return true;
}
