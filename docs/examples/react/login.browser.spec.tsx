import { StrictMode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { describeHydration } from '../../../test/screens/hydration.ts';
import { describeScreen } from '../../../test/screens/suite.ts';
import { Login } from './login.tsx';

describeScreen('React', (target, auth, resendDelay) => {
  const root = createRoot(target);
  root.render(
    <StrictMode>
      <Login auth={auth} resendDelay={resendDelay} />
    </StrictMode>,
  );
  return () => root.unmount();
});

describeHydration('react', (target, auth) => {
  const root = hydrateRoot(
    target,
    <StrictMode>
      <Login auth={auth} />
    </StrictMode>,
    { onRecoverableError: console.error },
  );
  return () => root.unmount();
});
