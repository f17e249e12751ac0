/** Fills in the fields of a login screen, as a user would, and moves the focus to its button. Returns whether there are such fields. */
export function fillIn(texts: Readonly<Record<string, string>>, within: ParentNode = document): boolean {
  let last: HTMLInputElement | null = null;
  for (const [name, text] of Object.entries(texts)) {
    const fields = [...within.querySelectorAll<HTMLInputElement>(`.login input[name="${name}"]`)];
    // Of several radio buttons, one is chosen.
    last = fields.find(({ type, value }) => type !== 'radio' || value === text) ?? null;
    if (!last) return false;
    if (last.type === 'radio') last.click();
    else last.value = text;
    last.dispatchEvent(new Event('input', { bubbles: true }));
  }
  last?.form?.querySelector<HTMLElement>('[type="submit"]')?.focus();
  return true;
}
