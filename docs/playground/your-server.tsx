import { useSelector } from '@xstate/react';
import { AuthError, stateOf } from 'etna-auth';
import { explain } from 'etna-auth/messages';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { connect, yourServer } from './current-scene.ts';
import type { Scene } from './scene.ts';

/** Points the screen at a server that is really there. */
export function YourServer({ scene }: { scene: Scene }) {
  const [problem, setProblem] = useState('');
  const section = useRef<HTMLElement>(null);
  const login = useSelector(scene.auth.actor, stateOf);
  const isUnreached = !scene.server && login.state === 'failed' && login.failure.code === 'network';

  // When the browser looked for it, it was not there yet.
  useEffect(() => {
    if (location.hash === yourServer) section.current?.scrollIntoView();
  }, []);

  useEffect(() => {
    if (scene.server) return;
    document.querySelector('#screen')?.scrollIntoView();
    document.querySelector<HTMLElement>('.login input')?.focus();
  }, [scene]);

  // Not a form's action: React empties the fields after one, also those of an address that could not be used.
  const point = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    try {
      connect({ baseUrl: String(form.get('base-url')), appKey: String(form.get('app-key')).trim() });
      setProblem('');
      event.currentTarget.reset();
    } catch (error) {
      setProblem(error instanceof AuthError ? explain(error.failure) : String(error));
    }
  };

  return (
    <section className="your-server" id="your-server" ref={section} aria-labelledby="your-server-title">
      <div>
        <h2 id="your-server-title">With a server that is really there</h2>
        <p>
          Point the same screen at your broker’s ETNA Trader. The address and the key stay in this page’s memory: they
          are gone when it is loaded again, and are never put in its address.
        </p>
        <p role="status">
          {isUnreached &&
            `${login.failure.detail ?? 'The server could not be reached.'} Browsers do not tell a page more than that. A server has to name the pages that may call it; where yours does not, a proxy of your own can.`}
        </p>
        {isUnreached && <a href="./docs/browser.html">Pages, and a proxy for them</a>}
      </div>
      <form onSubmit={point}>
        <label>
          Base URL
          <input name="base-url" type="url" placeholder="https://…/api" autoComplete="off" required />
        </label>
        <label>
          Application key
          <input name="app-key" autoComplete="off" autoCapitalize="none" spellCheck={false} required />
        </label>
        {problem && <p role="alert">{problem}</p>}
        <button type="submit">Connect</button>
      </form>
    </section>
  );
}
