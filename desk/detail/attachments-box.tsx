// The files of a case's notes, the latest first: each is a download.

import { useDesk, useNameOf } from '../api/queries.ts';
import type { WholeCase } from '../api/types.ts';
import { shownTime } from '../state/time.ts';
import { useWords } from '../words/words.ts';

export function AttachmentsBox({ whole: { timeline } }: { readonly whole: WholeCase }) {
  const { detail, unknown } = useWords();
  const desk = useDesk().data;
  const nameOf = useNameOf();
  const files = timeline
    .toReversed()
    .flatMap(({ id, at, by, attachments }) => attachments.map((file) => ({ ...file, id, at, by })));
  if (files.length === 0) return null;
  return (
    <section className="box" aria-label={detail.attachments}>
      <h2>
        {detail.attachments} <span className="hint">{files.length}</span>
      </h2>
      <ul className="timeline">
        {files.map(({ sha256, size, media, id, at, by }) => (
          <li key={`${id} ${sha256}`}>
            <span className="time">
              {at === null || desk === undefined ? unknown : shownTime(at, desk.zone, desk.now)}
            </span>
            <span className="who">{by === null ? '' : nameOf(by)}</span>
            <span className="said">
              <a href={`/v1/attachments/${sha256}`} download aria-label={detail.download(media)}>
                {detail.attachment(media, sizeText(size))}
              </a>
            </span>
            <span className="kind mono">{sha256.slice(0, 8)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function sizeText(bytes: number): string {
  return bytes < 1_024 ? `${bytes} B` : `${Math.ceil(bytes / 1_024)} KiB`;
}
