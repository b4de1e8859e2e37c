// A text as a QR code, for the camera of a telephone. What makes it is loaded only where one is shown.

import { useEffect, useState } from 'react';
import { qrPath } from '../state/qr-path.ts';

/** Cells of white around it, as the standard asks for (ISO/IEC 18004). */
const BORDER = 4;

/** Where it cannot be made, there is none: what it says stands beside it as text. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const [cells, setCells] = useState<boolean[][]>([]);
  useEffect(() => {
    let isGone = false;
    import('qr')
      .then(({ encodeQR }) => {
        if (!isGone) setCells(encodeQR(text, 'raw', { border: BORDER }));
      })
      .catch(() => {
        // The text is enough.
      });
    return () => {
      isGone = true;
    };
  }, [text]);
  const side = cells.length;
  if (side === 0) return null;
  return (
    <svg className="qr" role="img" aria-label={label} viewBox={`0 0 ${side} ${side}`} shapeRendering="crispEdges">
      <rect width={side} height={side} fill="#fff" />
      <path d={qrPath(cells)} fill="#000" />
    </svg>
  );
}
