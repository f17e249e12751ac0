import type { Message } from 'etna-auth/testing';
import { fillIn } from './fill-in.ts';
import { useCopy } from './use-copy.ts';

/** Where the user's codes arrive. `isAsked`: whether there is a field for one. */
export function Phone({ messages, isAsked }: { messages: readonly Message[]; isAsked: boolean }) {
  const latest = messages.at(-1);
  const [outcome, copy] = useCopy(latest?.code ?? '');
  return (
    <section className="phone" aria-label="The user’s phone">
      <div role="log" aria-live="polite" aria-label="Messages">
        {messages.length === 0 && <p className="empty">No message yet</p>}
        {messages.map(({ code, channel, to, sentAt }) => (
          <p className="message" key={`${sentAt} ${code}`}>
            <span>
              {channel === 'sms' ? 'SMS' : 'E-mail'} to {to}
            </span>
            Your code is <strong>{code}</strong>
          </p>
        ))}
      </div>
      {latest && (
        <div className="buttons">
          <button
            type="button"
            className="primary compact"
            disabled={!isAsked}
            onClick={() => fillIn({ answer: latest.code })}
          >
            Fill in the code
          </button>
          <button
            type="button"
            className="compact"
            disabled={!isAsked}
            onClick={() => fillIn({ answer: wrong(latest.code) })}
          >
            Wrong one
          </button>
          {copy && (
            <button type="button" className="compact" onClick={copy}>
              Copy
            </button>
          )}
        </div>
      )}
      <p role="status">{outcome}</p>
    </section>
  );
}

/** Another code: the last digit is the next one. */
const wrong = (code: string) => code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10);
