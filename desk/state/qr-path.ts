// The dark cells of a QR code as one path: a rectangle for each run of them in a row.

export function qrPath(rows: readonly (readonly boolean[])[]): string {
  return rows.map((cells, y) => rowPath(cells, y)).join('');
}

function rowPath(cells: readonly boolean[], y: number): string {
  let path = '';
  for (let x = 0; x < cells.length; x++) {
    if (!cells[x]) continue;
    const from = x;
    while (cells[x + 1]) x++;
    path += `M${from} ${y}h${x + 1 - from}v1H${from}z`;
  }
  return path;
}
