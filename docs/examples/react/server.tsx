import { StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import type { PageAuth } from '../shared/page-auth.ts';
import { Login } from './login.tsx';

/** The screen as a server renders it. In the page, `hydrateRoot` hydrates it. */
export const render = (auth: PageAuth) =>
  renderToString(
    <StrictMode>
      <Login auth={auth} />
    </StrictMode>,
  );
