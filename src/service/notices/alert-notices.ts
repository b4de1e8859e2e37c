// The notices of alerts: each that was raised or cleared, to channels, and critical ones to people.

import { ALL_MERCHANTS } from '../../http/access/api-key.ts';
import type { Notice } from '../../outbound/notices/notice.ts';
import type { Alerts, AlertView } from '../../projections/alerts/alerts.ts';
import { alertInFrench } from '../../projections/alerts/words.ts';
import { messageId } from '../../runtime/outgoing-message.ts';
import type { Addressed } from './case-notices.ts';
import type { NoticePeople } from './notice-people.ts';

export type AlertSource = () => Pick<Alerts, 'changesAfter' | 'lastChange' | 'list'>;

const PAGE = 500;

export class AlertNotices {
  private readonly alerts: AlertSource;
  private readonly people: NoticePeople;

  constructor(alerts: AlertSource, people: NoticePeople) {
    this.alerts = alerts;
    this.people = people;
  }

  /** As it is remembered. */
  get state(): string {
    return `${this.alerts().lastChange}`;
  }

  /** What is told of all that changed since; null where nothing did. */
  since(known: string | undefined): { readonly made: readonly Addressed[]; readonly state: string } | null {
    const alerts = this.alerts();
    const changes = alerts.changesAfter(Number(known), PAGE);
    if (changes.length === 0) return null;
    const views = alerts.list();
    const told = this.people.live().filter(({ grants }) => {
      return grants.some(({ role, merchant }) => merchant === ALL_MERCHANTS && role !== 'auditor');
    });
    const made = changes.map(({ number, alert, about, what, at }): Addressed => {
      const view = views.find((one) => one.alert === alert && one.about === about);
      const isCritical = view?.severity === 'critical' && what === 'raised';
      const event = what === 'raised' ? 'alert.raised' : 'alert.cleared';
      const id = messageId(event, `${number}`, `${at}`);
      const text = view === undefined ? { en: `${alert} ${about}` } : textsOf(view);
      const notice: Notice = {
        ...{ id, event, merchant: '', at, isCritical, reference: null, reason: null },
        ...{ value: [], count: 1, text, change: null, path: '/desk/alerts' },
      };
      return { notice, people: isCritical ? told : [] };
    });
    return { made, state: `${changes.at(-1)!.number}` };
  }
}

function textsOf(view: AlertView): Notice['text'] {
  return { ...view.message, fr: alertInFrench(view.alert, view) };
}
