// The whole page: who is signed in decides whether it is the sign-in or the desk, and the address which page of it.

import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Redirect, Route, Router, Switch } from 'wouter';
import type { Language } from '../src/domain/language.ts';
import { Problem, whenSignedOut } from './api/client.ts';
import { useMe } from './api/queries.ts';
import type { Me } from './api/types.ts';
import { ApprovalsPage } from './approvals/approvals-page.tsx';
import { BreaksPage } from './breaks/breaks-page.tsx';
import { CalendarPage } from './calendar/calendar-page.tsx';
import { DetailPage } from './detail/detail-page.tsx';
import { OverviewPage } from './overview/overview-page.tsx';
import { AlertsPage } from './pages/alerts.tsx';
import { AuditPage } from './pages/audit.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { SearchPage } from './pages/search.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { SourcesPage } from './pages/sources.tsx';
import { SettingsPage } from './settings/settings-page.tsx';
import { usePreferences } from './state/preferences.ts';
import { isAdminOnly, SessionContext } from './state/session.ts';
import { StatementPage } from './statement/statement-page.tsx';
import { StatementRowsPage } from './statement/statement-rows.tsx';
import { Shell } from './ui/shell.tsx';
import { Failed, Loading } from './ui/states.tsx';
import { LanguageContext } from './words/words.ts';

export function App() {
  const client = useQueryClient();
  const me = useMe();
  const [hasEnded, setEnded] = useState(false);
  const chosen = usePreferences();
  const language: Language = chosen.language ?? me.data?.person.language ?? 'zh-CN';
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    whenSignedOut(() => {
      if (client.getQueryData(['me']) === undefined) return;
      // What was shown goes away at once, and the address stays: a new sign-in goes on there.
      setEnded(true);
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' });
      client.setQueryData(['me'], null);
    });
  }, [client]);
  const signedIn = (person: Me) => {
    setEnded(false);
    client.setQueryData(['me'], person);
  };
  const isUnknown = me.error instanceof Problem && me.error.body.code === 'HESABU_UNAUTHORISED';
  const isSignedOut = me.data === null || isUnknown;
  return (
    <LanguageContext value={language}>
      {isSignedOut ? (
        <SignInPage hasEnded={hasEnded} onSignedIn={signedIn} />
      ) : me.data ? (
        <SessionContext value={me.data}>
          <Router base="/desk">
            <Pages me={me.data} />
          </Router>
        </SessionContext>
      ) : me.error ? (
        <main>
          <Failed error={me.error} onAgain={() => me.refetch()} />
        </main>
      ) : (
        <main>
          <Loading />
        </main>
      )}
    </LanguageContext>
  );
}

function Pages({ me }: { readonly me: Me }) {
  const home = isAdminOnly(me) ? '/settings' : '/breaks';
  return (
    <Shell>
      <Switch>
        <Route path="/">
          <Redirect to={home} replace />
        </Route>
        <Route path="/overview" component={OverviewPage} />
        <Route path="/breaks" component={BreaksPage} />
        <Route path="/breaks/:id">{({ id }) => <DetailPage key={id} id={id} />}</Route>
        <Route path="/approvals" component={ApprovalsPage} />
        <Route path="/statements" component={StatementPage} />
        <Route path="/statements/:day" component={StatementPage} />
        <Route path="/statements/:day/rows" component={StatementRowsPage} />
        <Route path="/calendar" component={CalendarPage} />
        <Route path="/search" component={SearchPage} />
        <Route path="/sources" component={SourcesPage} />
        <Route path="/alerts" component={AlertsPage} />
        <Route path="/audit" component={AuditPage} />
        <Route path="/settings" component={SettingsPage} />
        <Route component={NotFoundPage} />
      </Switch>
    </Shell>
  );
}
