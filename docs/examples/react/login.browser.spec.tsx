import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
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
