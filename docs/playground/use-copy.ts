import { useState } from 'react';

/**
 * Copies a text, and reports the result until the text changes. There is no function if the browser denies the clipboard, as on pages served
 * over plain HTTP.
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
