// What a stranger asks of two shops on one ledger: a person of one of them sees nothing of the other.
import { Workbook } from '@cj-tech-master/excelts';
import { expect, test } from 'vitest';
import { bodyOf, nextKey } from '../http/access/given-walk.ts';
import type { Answered } from '../http/api/given-api.ts';
import { subscribe } from '../http/api/given-stream.ts';
import { withNotices } from '../service/given-notices.ts';
import { order, paid } from '../service/ledger/given-live-ledger.ts';
import { NOTHING, type PlacedShop, placeShops, ROLES, SHOPS, type Things } from './given-two-shops.ts';

type World = Parameters<Parameters<typeof withNotices>[0]>[0];
type Route = World['given']['routes'][number];

/** They end or begin a session, and are for nobody who is signed in. */
const SESSIONS = /\/v1\/session/;
/** Which filter of a list names which thing. */
const FILTERS: Readonly<Record<string, keyof Things>> = {
  ...{ q: 'reference', reference: 'reference', name: 'reference', merchant: 'merchant', owner: 'person' },
  ...{ person: 'person', case: 'case', id: 'exchange' },
};
const NEEDED: Readonly<Record<string, string>> = { country: 'KE', kind: 'orders', line: 'received' };

/** The URL of a route with each name in its path, and in one filter, being that of a thing. */
function urlOf({ url }: Route, things: Things, query: Readonly<Record<string, string>>): string {
  const path = url
    .replace(':ref', things.reference)
    .replace(':entry', things.entry)
    .replace(':day', '2026-06-01')
    .replace(':file', 'breaks.csv')
    .replace(':merchant', things.merchant)
    .replace(':sha256', things.file)
    .replace('imports/:id', 'imports/1')
    .replace('batches/:id', `batches/${things.batch}`)
    .replace('cases/:id', `cases/${things.case}`)
    .replace('proposals/:id', `proposals/${things.proposal}`)
    .replace('exchanges/:id', `exchanges/${things.exchange}`)
    .replace('people/:id', `people/${things.person}`)
    .replace(':id', things.reference);
  return `${path}?${new URLSearchParams(query)}`;
}

/** Every way to ask a route about the things of one side. */
function requestsOf(route: Route, things: Things): { readonly url: string; readonly json?: object }[] {
  const names = Object.keys((route.query as { shape?: object } | undefined)?.shape ?? {});
  const needed = Object.fromEntries(names.filter((name) => name in NEEDED).map((name) => [name, NEEDED[name]!]));
  const filters = names.filter((name) => name in FILTERS).map((name) => ({ [name]: things[FILTERS[name]!] }));
  const json = route.body === undefined ? {} : { json: bodyAbout(route, things) };
  return [{}, ...filters].map((filter) => ({ url: urlOf(route, things, { ...needed, ...filter }), ...json }));
}

function bodyAbout(route: Route, { merchant, content, case: id }: Things): object {
  const { url } = route;
  if (url === '/v1/orders') return { ...bodyOf(route), merchant };
  if (url.startsWith('/v1/periods/')) return { merchant };
  if (url === '/v1/cases/bulk/preview') return { act: { act: 'assign', owner: 'team-x' }, cases: [id] };
  return url.startsWith('/v1/proposals/') ? { content, text: 'read' } : bodyOf(route);
}

async function send(
  { given }: World,
  route: Route,
  by: Record<string, string>,
  asked: ReturnType<typeof requestsOf>[0],
) {
  const file =
    route.upload === true ? { payload: 'x', headers: { ...by, 'content-type': 'text/csv' } } : { headers: by };
  return given.ask({ method: route.method, idempotencyKey: nextKey(), ...asked, ...file });
}

/** What an answer says, but for the names that were asked for and what each answer has anew. */
function bare({ status, text }: Answered, things: Things): unknown[] {
  let said = text.replaceAll(/"request_id":"[^"]*"/g, '');
  for (const [name, value] of Object.entries(things)) said = said.replaceAll(value, `<${name}>`);
  return [status, said];
}

/** Fails where an answer has a word, an amount or an id of another shop. */
function expectNothingOf(other: PlacedShop, label: string, text: string): void {
  const secrets = [other.word, other.word.toLowerCase(), other.less, other.phone, ...Object.values(other.things)];
  expect([label, secrets.filter((secret) => text.includes(secret))]).toEqual([label, []]);
}

/** Asks each route for one's own, and for the other's by every name: it is answered as what nobody has. */
async function walk(world: World, own: PlacedShop, other: PlacedShop): Promise<readonly string[]> {
  const telling = new Set<string>();
  for (const route of world.given.routes.filter(({ url }) => !SESSIONS.test(url))) {
    for (const role of ROLES) {
      const ask = (asked: Parameters<typeof send>[3]) => send(world, route, own.by[role], asked);
      const nobodys = requestsOf(route, NOTHING);
      for (const [at, asked] of requestsOf(route, other.things).entries()) {
        const label = `${role} of ${own.word}: ${route.method} ${asked.url}`;
        const said = bare(await ask(asked), other.things);
        expect([label, ...said]).toEqual([label, ...bare(await ask(nobodys[at]!), NOTHING)]);
        expectNothingOf(other, label, String(said));
      }
      if (route.method !== 'GET') continue;
      for (const asked of requestsOf(route, own.things)) {
        const answered = await ask(asked);
        const text = route.url.endsWith('.xlsx') ? await cellsOf(world, asked.url, own.by[role]) : answered.text;
        expectNothingOf(other, `${role} of ${own.word}: ${asked.url}`, text);
        if (answered.status === 200 && text.toUpperCase().includes(own.word)) telling.add(route.url);
      }
    }
  }
  return [...telling].sort();
}

/** All cells of a workbook; its bytes are compressed. */
async function cellsOf({ given }: World, url: string, headers: Record<string, string>): Promise<string> {
  const { statusCode, rawPayload } = await given.app.inject({ url, headers });
  if (statusCode !== 200) return '';
  const book = new Workbook();
  await book.xlsx.load(rawPayload);
  return JSON.stringify(book.worksheets.map((sheet) => sheet.getSheetValues()));
}

/** The routes that show something of the shop itself: a walk that met refusals alone would show nothing. */
const TELLING = [
  ...['/v1/attachments/:sha256', '/v1/batches', '/v1/batches/:id', '/v1/cases', '/v1/cases.csv', '/v1/cases.xlsx'],
  ...['/v1/cases/:id', '/v1/desk', '/v1/entries', '/v1/exchanges', '/v1/exchanges/:id'],
  ...['/v1/late-facts', '/v1/me', '/v1/periods', '/v1/proposals'],
  ...['/v1/statements/:day', '/v1/statements/:day.csv', '/v1/statements/:day.xlsx', '/v1/statements/:day/lines'],
  ...['/v1/transactions', '/v1/transactions/:id', '/v1/views'],
];

/** Every figure that a person of a shop sees, without the names that each world makes anew. */
async function figuresOf({ given }: World, { by, merchant, things }: PlacedShop): Promise<string> {
  const urls = ['/v1/cases?limit=1', '/v1/cases?status=all&limit=1', '/v1/statements/2026-06-01', '/v1/proposals'];
  urls.push(
    `/v1/periods?month=2026-06&merchant=${merchant}`,
    `/v1/merchants/${merchant}/shares`,
    `/v1/late-facts?month=2026-06&merchant=${merchant}`,
    '/v1/transactions',
  );
  const answers = await Promise.all(urls.map((url) => given.ask({ url, headers: by.auditor })));
  expect(answers.map(({ status }) => status)).toEqual(urls.map(() => 200));
  return answers
    .map(({ text }) =>
      text
        .replaceAll(things.person, 'p')
        .replaceAll(/p-[\w-]{8,}/g, 'p')
        .replaceAll(/"\d+-\d+-\d+"/g, '"entry"')
        .replaceAll(/[0-9a-f]{64}/g, 'hash')
        // The signed heads of the ledger are everybody's, as checkpoints are: how much all shops together have.
        .replaceAll(/"size":\d+/g, '"size"')
        // A version stands for the entries and people that are named above.
        .replaceAll(/"version":"\\"\w+\\""/g, '"version"'),
    )
    .join('\n');
}

/** What two subscribers hear while both shops get more: each of its own alone. */
async function expectStreams(world: World, placed: readonly PlacedShop[]): Promise<void> {
  const { given } = world;
  await given.app.listen({ port: 0, host: '127.0.0.1' });
  for (const path of ['/v1/changes', '/v1/entries']) {
    const streams = placed.map(({ merchant }) => subscribe(given, path, given.key('operator', merchant)));
    const heard = await Promise.all(streams);
    const names = placed.map(({ word }) => `${word}-new${path.replaceAll('/', '-')}`);
    const facts = placed.map(({ merchant }, at) => [
      order(names[at]!, { merchant }),
      paid(names[at]!, { data: { amount: '7.00' } }),
    ]);
    await given.ledger.writer.append(facts.flat());
    await given.ledger.loop.catchUp();
    const { json } = await given.ask({ url: '/v1/cases?limit=1000', key: given.key('auditor', '*') });
    for (const [at, stream] of heard.entries()) {
      const said = JSON.stringify(await stream.events(2));
      const theirs = json.cases.filter(({ merchant }: { merchant: string }) => merchant !== placed[at]!.merchant);
      expect(theirs.filter(({ id }: { id: string }) => said.includes(id))).toEqual([]);
      expectNothingOf(placed[1 - at]!, path, said);
      stream.close();
    }
  }
}

/** What each case of a shop suggests, and everything else that its page shows. */
async function expectCases({ given }: World, own: PlacedShop, other: PlacedShop): Promise<void> {
  const { json } = await given.ask({ url: '/v1/cases?status=all&limit=100', headers: own.by.auditor });
  for (const { id, key } of json.cases) {
    const { text } = await given.ask({ url: `/v1/cases/${id}?exchanges=20`, headers: own.by.auditor });
    expectNothingOf(other, `the case of ${key}`, text);
  }
}

/** Nobody links money to an order of another shop, or is told what it would come to. */
async function expectLinks({ given, post }: World, own: PlacedShop, other: PlacedShop): Promise<void> {
  const { json } = await given.ask({ url: `/v1/cases?q=${own.word}-4`, headers: own.by.operator });
  const { id, finding } = json.cases[0];
  for (const way of ['proposals', 'proposals/preview']) {
    const link = async (reference: string) => {
      const wanted = { finding, kind: 'link', cause: 'lost_reference', to: [{ reference, amount: '333.00' }] };
      const { status, text } = await post(own.by.operator, `/v1/cases/${id}/${way}`, wanted);
      return [status, text.replaceAll(reference, '<order>').replaceAll(/"request_id":"[^"]*"/g, '')];
    };
    expect(await link(`${other.word}-2`)).toEqual(await link('NOBODY-2'));
  }
}

const title = 'given two shops on one ledger, then a person of one sees nothing of the other by any route, count, ';
test(`${title}suggestion, export, stream or notice (4.16)`, () =>
  withNotices(async (world) => {
    const mailed = SHOPS.map(({ word, merchant }) => world.person(`${word} mailed`, 'approver', merchant));
    const placed = await placeShops(world, SHOPS);
    const seenByAll = async () => {
      const url = '/v1/transactions?limit=1000';
      return (await world.given.ask({ url, key: world.given.key('auditor', '*') })).text;
    };
    const before = await seenByAll();

    // When each person calls every route with the names of the other shop, then nobody has such a thing.
    for (const [own, other] of [placed, placed.toReversed()] as [PlacedShop, PlacedShop][]) {
      expect(await walk(world, own, other)).toEqual(TELLING);
      await expectCases(world, own, other);
      await expectLinks(world, own, other);
    }
    // Then nothing of it was changed either.
    expect(await seenByAll()).toBe(before);

    // Then each figure is as if there was one shop alone.
    const figures = await figuresOf(world, placed[0]!);
    await withNotices(async (alone) => {
      const [shop] = await placeShops(alone, SHOPS.slice(0, 1));
      expect(await figuresOf(alone, shop!)).toEqual(figures);
    });

    // Then notices and streams tell each of its own.
    const told = await world.told();
    for (const [at, { word }] of SHOPS.entries()) {
      const lines = told.filter((line) => line.endsWith(`-> ${word} mailed`));
      expect(lines.join()).toContain(`${word}-1`);
      expectNothingOf(placed[1 - at]!, 'notices', [...lines, ...world.textFor(`mail ${mailed[at]}`)].join());
    }
    await expectStreams(world, placed);
  }));
