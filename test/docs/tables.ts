// The tables of the documents that repeat what the code says, made from the code. Each stands between two comments,
// `<!-- table NAME -->` and `<!-- end of table -->`.

import { titleOf } from '../../src/domain/reason-words.ts';
import { REASON_CODES, REASONS } from '../../src/domain/reasons.ts';
import { accessOf, type Route } from '../../src/http/api/route.ts';
import { TOPIC_PLANS, type TopicPlan } from '../../src/kafka/topics/topic-plans.ts';
import type { Format } from '../../src/producers/formats/format.ts';
import { CANONICAL_FORMATS } from '../../src/producers/formats/formats.ts';
import { ALERT_KINDS, ALERT_NAMES } from '../../src/projections/alerts/kinds.ts';
import { alertTexts } from '../../src/projections/alerts/words.ts';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { METRICS } from '../../src/runtime/meter.ts';
import { FAULT_NAMES, faultSentence } from '../../src/simulation/gateway/faults.ts';
import { ABILITIES, type Ability } from '../contract/provider/abilities.ts';
import type { CommandHelp } from './command-help.ts';

/** What a table shows: its head and its rows, without the marks of Markdown. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What only a running program tells. */
export interface Asked {
  readonly commands: readonly CommandHelp[];
  readonly routes: readonly Route[];
}

/** Every table by its name. `before` is the one that the document has: its last column may be written by hand. */
export function tableOf(name: string, asked: Asked, before: string): Table | undefined {
  switch (name) {
    case 'commands':
      return { head: ['command', 'what it does'], rows: asked.commands.map(commandRow) };
    case 'routes':
      return { head: ['request', 'what it does', 'keys', 'people'], rows: asked.routes.map(routeRow) };
    case 'reasons':
      return reasonTable(before);
    case 'orders':
    case 'callbacks':
    case 'polls':
    case 'settlements':
    case 'bank':
      return fieldTable(CANONICAL_FORMATS[name], before);
    case 'capabilities':
      return capabilityTable();
    case 'documents':
      return documentTable();
    case 'exports':
      return exportTable();
    case 'alerts':
      return { head: ['alert', 'severity', 'message', 'what to do'], rows: ALERT_NAMES.map(alertRow) };
    case 'metrics':
      return { head: ['metric', 'type', 'labels', 'what it measures'], rows: metricRows() };
    case 'faults':
      return { head: ['fault', 'what happens'], rows: FAULT_NAMES.map((fault) => [code(fault), faultOf(fault)]) };
    case 'topics':
      return topicTable(before);
    default:
      return undefined;
  }
}

const code = (text: string) => `\`${text}\``;
const faultOf = (fault: (typeof FAULT_NAMES)[number]) => faultSentence(fault, 'en');

function commandRow({ name, description }: CommandHelp): string[] {
  return [code(`hesabu ${name}`), description];
}

function routeRow(route: Route): string[] {
  const { method, url, summary, roles } = route;
  const access = accessOf(route);
  const who = (list: readonly string[] | 'local' | 'public' | 'anywhere') => {
    if (list === 'public' || list === 'anywhere') return 'everybody';
    return list === 'local' ? 'anybody on loopback, elsewhere all' : list.map(code).join(', ') || 'nobody';
  };
  return [code(`${method} ${url}`), summary, who(roles), who(access)];
}

function reasonTable(before: string): Table {
  const rows = REASON_CODES.map((reason) => {
    const { stage, kind, severity } = REASONS[reason];
    return [code(reason), titleOf(reason, 'en'), stage, kind, severity, byHand(before, code(reason))];
  });
  return { head: ['reason', 'title', 'stage', 'entry', 'severity', 'when'], rows };
}

function fieldTable({ fields, required }: Format, before: string): Table {
  const rows = fields.map((field) => [code(field), required.includes(field) ? 'yes' : '', byHand(before, code(field))]);
  return { head: ['field', 'a CSV must have it', 'what it is'], rows };
}

/** What users call the abilities. */
const ABILITY_NAMES: Readonly<Record<Ability, string>> = {
  payments: 'payments',
  refunds: 'refunds',
  operators: 'operators',
  status: 'status',
  webhooks: 'webhooks',
  settlement: 'settlement reports',
  gaps: 'lost webhooks',
};

function capabilityTable(): Table {
  const rows = PROVIDERS.map(({ name, capabilities }) => {
    const cells = ABILITIES.map((ability) => capabilities[ability] ?? false);
    return [code(name), ...cells.map((cell) => (typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : cell))];
  });
  return { head: ['provider', ...ABILITIES.map((ability) => ABILITY_NAMES[ability])], rows };
}

/** A row for each reason, with all abilities that are missing for it. */
function documentTable(): Table {
  const rows = PROVIDERS.flatMap(({ name, documents: { read, lacks } }) => {
    const sources = Object.entries(read).map(([source, month]) => `${source} (${month})`);
    const reasons = new Map<string, string[]>();
    for (const ability of ABILITIES) {
      const why = lacks[ability];
      if (why !== undefined) reasons.set(why, [...(reasons.get(why) ?? []), ABILITY_NAMES[ability]]);
    }
    return [...reasons].map(([why, names]) => {
      return [code(name), names.join(', '), why, sources.join(', ') || 'its account in hesabu.yaml'];
    });
  });
  return { head: ['provider', 'lacks', 'why, and what to do instead', 'read in'], rows };
}

function exportTable(): Table {
  const rows = PROVIDERS.flatMap(({ name, title, exports }) =>
    exports.map((one) => {
      const read = one.mapping === null ? 'not read' : code(`--provider ${name} --${one.kind}`);
      return [`${title}: ${one.name}`, read, one.marks.map((mark) => [mark].flat().map(code).join(' or ')).join(', ')];
    }),
  );
  return { head: ['export', 'read with', 'known by its columns or members'], rows };
}

function alertRow(alert: (typeof ALERT_NAMES)[number]): string[] {
  const { message, next } = alertTexts(alert, { about: '_name_', value: '_n_', threshold: '_limit_' });
  return [code(alert), ALERT_KINDS[alert].severity, message.en, next.en];
}

function metricRows(): string[][] {
  return Object.entries(METRICS).map(([name, { type, labels, help }]) => {
    return [code(name), type, labels.map(code).join(', '), help];
  });
}

function topicTable(before: string): Table {
  const rows = TOPIC_PLANS.map((plan) => {
    const schema = plan.schema === null ? '' : code(`schemas/${plan.schema.name}.avsc`);
    return [code(plan.topic), plan.isSingle ? '1' : 'all', keptFor(plan), schema, byHand(before, code(plan.topic))];
  });
  return { head: ['topic', 'partitions', 'kept', 'schema', 'what is in it'], rows };
}

function keptFor({ config }: TopicPlan): string {
  if (config['cleanup.policy'] === 'compact') return 'compacted';
  const millis = Number(config['retention.ms']);
  return millis < 0 ? 'for ever' : `${millis / 86_400_000} days`;
}

/** The last cell of the row that begins with this one: people write it, so it is taken over. */
function byHand(before: string, first: string): string {
  const row = before.split('\n').find((line) => line.startsWith(`| ${first} |`));
  return row === undefined ? '' : (/\|\s*([^|]*?)\s*\|$/.exec(row)?.[1] ?? '');
}

function markdown({ head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |');
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

const MARKED = /(<!-- table (\w+) -->\n)([\s\S]*?)(\n?<!-- end of table -->)/g;

/** A document's text with its tables made anew. Throws for a table that nobody knows. */
export function withTables(text: string, asked: Asked): string {
  return text.replaceAll(MARKED, (_all, begin: string, name: string, before: string) => {
    const table = tableOf(name, asked, before);
    if (table === undefined) throw new Error(`no table is called ${name}`);
    return `${begin}${markdown(table)}\n<!-- end of table -->`;
  });
}

/** The tables of a text as they stand there, by their names. */
export function tablesIn(text: string): Map<string, string> {
  return new Map([...text.matchAll(MARKED)].map(([, , name, table]) => [name!, table!]));
}
