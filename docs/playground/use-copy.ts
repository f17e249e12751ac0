import { useState } from 'react';

/**
 * Copies a text, and says what came of it until the text is another one. There is nothing to call where the browser keeps its
 * clipboard to itself, as it does on pages that come by plain HTTP.
 */
export function useCopy(text: string): [outcome: string, copy: (() => void) | null] {
  const [last, setLast] = useState({ text, outcome: '' });
  const tell = (outcome: string) => setLast({ text, outcome });
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => tell('Copied.'),
      () => tell('The browser does not allow it.'),
    );
  return [last.text === text ? last.outcome : '', 'clipboard' in navigator ? copy : null];
}
