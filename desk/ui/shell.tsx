// The frame of every page: where one is, as of when, in which zones, and who is signed in.

import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { remove } from '../api/client.ts';
import { useChanges } from '../api/live.ts';
import { useAwaiting, useCases, useDesk } from '../api/queries.ts';
import type { Me } from '../api/types.ts';
import { ALL_OPEN } from '../state/case-query.ts';
import { usePreferences } from '../state/preferences.ts';
import { isAdminOnly, seesAll, seesAudit, useMyself } from '../state/session.ts';
import { cityOf, clockTime, offsetOf, wholeTime } from '../state/time.ts';
import { useWords } from '../words/words.ts';
import { useAnnouncement } from './announce.ts';
import { useFocusGuard } from './focus-guard.ts';
import { useKeys } from './keys.ts';
import { Menu } from './menu.tsx';

const ENTRIES = [
  'overview',
  'breaks',
  'approvals',
  'statements',
  'calendar',
  'search',
  'sources',
  'alerts',
  'audit',
  'settings',
] as const;
type Entry = (typeof ENTRIES)[number];
const ADMINS: readonly string[] = ['audit', 'settings'];

export function Shell({ children }: { readonly children: ReactNode }) {
  useFocusGuard();
  const words = useWords();
  const [path, go] = useLocation();
  const me = useMyself();
  useChanges(!isAdminOnly(me));
  const leadTo = (entry: Entry) => () => isOpenTo(me, entry) && go(`/${entry}`);
  useKeys({
    'g o': leadTo('overview'),
    'g b': leadTo('breaks'),
    'g a': leadTo('approvals'),
    'g s': leadTo('statements'),
  });
  const entries = ENTRIES.filter((entry) => isOpenTo(me, entry));
  const current = entries.find((entry) => path === `/${entry}` || path.startsWith(`/${entry}/`));
  useEffect(() => {
    document.title = current === undefined ? words.name : `${words.nav[current]} · ${words.name}`;
  }, [current, words]);
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {words.nav.skip}
      </a>
      <header className="top-bar">
        <span className="brand">{words.name}</span>
        <Menu label={words.nav.menu} className="narrow-nav">
          <NavLinks entries={entries} current={current} />
        </Menu>
        <nav aria-label={words.nav.main} className="wide-nav">
          <NavLinks entries={entries} current={current} />
        </nav>
        {entries.length > 7 ? (
          <Menu label={words.nav.more} className="more-nav">
            <NavLinks entries={entries.slice(7)} current={current} />
          </Menu>
        ) : null}
        <span className="spring" />
        <AsOf />
        <Account />
      </header>
      <Notice />
      {children}
    </div>
  );
}

/** What a page shows belongs to cases, to no merchant, or to auditors: others are not led there. */
function isOpenTo(me: Me, entry: Entry): boolean {
  if (isAdminOnly(me) && !ADMINS.includes(entry)) return false;
  if (entry === 'alerts' || entry === 'sources') return seesAll(me);
  return entry !== 'audit' || seesAudit(me);
}

interface NavProps {
  readonly entries: readonly Entry[];
  readonly current: Entry | undefined;
}

function NavLinks({ entries, current }: NavProps) {
  const words = useWords();
  const counts = useCounts();
  return (
    <ul>
      {entries.map((entry) => (
        <li key={entry}>
          <Link href={`/${entry}`} aria-current={entry === current ? 'page' : undefined}>
            {words.nav[entry]}
            {counts[entry] === undefined ? null : <span className="count"> {counts[entry]}</span>}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function useCounts(): Partial<Record<Entry, number>> {
  const admin = isAdminOnly(useMyself());
  const breaks = useCases(admin ? null : ALL_OPEN, 1).data?.total;
  const approvals = useAwaiting('anybody', 1).data?.total;
  return {
    ...(breaks === undefined ? {} : { breaks }),
    ...(approvals === undefined || approvals === 0 ? {} : { approvals }),
  };
}

function AsOf() {
  const words = useWords();
  const desk = useDesk();
  const second = useSecondZone();
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 5_000);
    return () => clearInterval(timer);
  }, []);
  if (desk.data === undefined) return null;
  const { now, zone } = desk.data;
  const lag = Math.max(0, Math.round((Date.now() - desk.dataUpdatedAt) / 1000));
  return (
    <p className="as-of">
      <span>
        {words.bar.asOf} <strong>{wholeTime(now, zone)}</strong> {words.city(cityOf(zone))}
      </span>
      {second === null || second === zone ? null : (
        <span>
          {clockTime(now, second)} {words.city(cityOf(second))}
        </span>
      )}
      <span>{words.bar.late(lag)}</span>
    </p>
  );
}

/** The reader's own zone, besides that of the ledger's days. */
function useSecondZone(): string | null {
  const { zone } = usePreferences();
  const { person } = useMyself();
  return zone ?? person.zone;
}

function Account() {
  const words = useWords();
  const me = useMyself();
  const client = useQueryClient();
  const desk = useDesk();
  const signOut = async () => {
    await remove('/v1/session').catch(() => {});
    client.clear();
    // Drafts of notes are of the person who signs out.
    sessionStorage.clear();
    client.setQueryData(['me'], null);
  };
  const roles = words.list([...new Set(me.roles.map(({ role }) => words.roles[role]))]);
  const zone = desk.data?.zone;
  return (
    <Menu label={me.person.name} className="account">
      <p>
        <strong>{me.person.name}</strong>
        <br />
        {roles}
      </p>
      {zone === undefined ? null : <p>{words.bar.sessionEnds(wholeTime(me.session_ends_at, zone).slice(5, 16))}</p>}
      <Link href="/settings">{words.nav.settings}</Link>
      <button type="button" className="link" onClick={signOut}>
        {words.bar.signOut}
      </button>
    </Menu>
  );
}

/** What happened last, that the session ends soon, or that the service does not answer. */
function Notice() {
  const words = useWords();
  const said = useAnnouncement();
  const { isError, data } = useDesk();
  const me = useMyself();
  const left = data === undefined ? Infinity : Date.parse(me.session_ends_at) - Date.parse(data.now);
  const warning = isError ? words.bar.offline : left < 120_000 ? words.bar.endsSoon(Math.ceil(left / 60_000)) : '';
  return (
    <div className="notices">
      <p className="notice warning" role="alert">
        {warning}
      </p>
      <p className="notice" role="status" aria-live="polite">
        {said}
      </p>
    </div>
  );
}

/** The times of a page, for the end of the key line. */
export function useZoneText(): string {
  const words = useWords();
  const desk = useDesk().data;
  return desk === undefined ? '' : words.bar.zones(words.city(cityOf(desk.zone)), offsetOf(desk.zone, desk.now));
}
