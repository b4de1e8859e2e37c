// The routes of the daily reports, as files for people.

import { createReadStream } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import { READER_LANGUAGES } from '../../../domain/language.ts';
import { hasAllMerchants } from '../../access/api-key.ts';
import { reportedDay } from '../reported-day.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { day } from '../schemas/basic.ts';
import { Report, ReportDays } from '../schemas/service.ts';

const READERS = ['operator', 'approver', 'auditor', 'admin'] as const;

const FILES = {
  'summary.json': 'application/json; charset=utf-8',
  'breaks.csv': 'text/csv; charset=utf-8',
  'payouts.csv': 'text/csv; charset=utf-8',
  'shares.csv': 'text/csv; charset=utf-8',
  'rejects.csv': 'text/csv; charset=utf-8',
  'risk.csv': 'text/csv; charset=utf-8',
  'report.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;
type FileName = keyof typeof FILES;
const NAMES = Object.keys(FILES) as [FileName, ...FileName[]];

const DayParams = z.strictObject({ day });
const FileParams = z.strictObject({ day, file: z.enum(NAMES) });
const LanguageQuery = z.strictObject({ lang: z.enum(READER_LANGUAGES).default('en') });

const DAYS_MAX = 30;

export const REPORT_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    url: '/v1/reports',
    summary: 'How each of the last 30 days with a report ended: transactions, open breaks and money',
    description: 'A key for some merchants gets the sums of these; a day whose report is about all alone is left out.',
    roles: READERS,
    scope: 'merchant',
    answers: {
      200: json('The days, the earliest first', ReportDays, {
        report: { to: 'GET /v1/reports/:day', by: { day: '$response.body#/days/0/day' } },
      }),
    },
    handle: async ({ parts: { reports }, caller }) => {
      const merchants = hasAllMerchants(caller) ? null : caller.merchants;
      const days = await Promise.all(
        reports.days(DAYS_MAX).map(async (date) => reportedDay(date, await reports.of(date, 'en'), merchants)),
      );
      return { status: 200, body: { days: days.filter((one) => one !== null) } };
    },
  }),
  route({
    method: 'GET',
    url: '/v1/reports/:day',
    summary: "The files of a day's report",
    description: "Today's report is made on request.",
    roles: READERS,
    scope: 'organisation',
    params: DayParams,
    query: LanguageQuery,
    answers: {
      200: json('The names of the files', Report, {
        file: { to: 'GET /v1/reports/:day/:file', by: { day: '$response.body#/day', file: '$response.body#/files/0' } },
      }),
    },
    handle: async ({ parts, params, query }) => {
      const there = await readdir(await parts.reports.of(params.day, query.lang));
      return { status: 200, body: { ...params, ...query, files: NAMES.filter((name) => there.includes(name)) } };
    },
  }),
  route({
    method: 'GET',
    url: '/v1/reports/:day/:file',
    summary: "One file of a day's report",
    roles: READERS,
    scope: 'organisation',
    params: FileParams,
    query: LanguageQuery,
    answers: {
      200: {
        description: 'The file',
        content: Object.fromEntries(
          [...new Set(Object.values(FILES))].map((type) => [
            type.split(';')[0]!,
            type.startsWith('application/json') ? z.looseObject({}) : z.string(),
          ]),
        ),
      },
    },
    handle: sendFile,
  }),
];

type FileCall = Call<z.output<typeof FileParams>, z.output<typeof LanguageQuery>>;

async function sendFile({ parts, params, query }: FileCall): Promise<Answer> {
  const folder = await parts.reports.of(params.day, query.lang);
  const path = join(folder, params.file);
  try {
    await (await open(path)).close();
  } catch (error) {
    throw new HesabuError('HESABU_NOT_FOUND', { where: `${params.day}/${params.file}` }, error);
  }
  const name = `hesabu-${params.day}-${params.file}`;
  return {
    status: 200,
    type: FILES[params.file],
    headers: { 'content-disposition': `attachment; filename="${name}"` },
    body: createReadStream(path),
  };
}
