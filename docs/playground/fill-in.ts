/** Fills a field of the login screen in, as a user would, and goes on to the button that sends it. Says whether there is one. */
export function fillIn(texts: Readonly<Record<string, string>>): boolean {
  let last: HTMLInputElement | null = null;
  for (const [name, text] of Object.entries(texts)) {
    const fields = [...document.querySelectorAll<HTMLInputElement>(`.login input[name="${name}"]`)];
    // Of several, one is chosen.
    last = fields.find(({ type, value }) => type !== 'radio' || value === text) ?? null;
    if (!last) return false;
    if (last.type === 'radio') last.click();
    else last.value = text;
    last.dispatchEvent(new Event('input', { bubbles: true }));
  }
  last?.form?.querySelector<HTMLElement>('[type="submit"]')?.focus();
  return true;
}
