import type { SoundPicture } from './sound-picture.ts';

/** Paints a sound picture onto a canvas, stretched to its size, with its pins. */
export interface PicturePainter {
  /** @param version  of what the picture shows; nothing is done where it and the canvas' size are those of last time */
  paint(picture: SoundPicture, version: number): void;
}

const PIN_FONT_PX = 12;
const PIN_PADDING_PX = 4;

/** @param displayLabel  the name under which people know a label */
export function createPicturePainter(
  canvas: HTMLCanvasElement,
  displayLabel: (label: string) => string,
): PicturePainter {
  const context = canvas.getContext('2d', { alpha: false })!;
  const ring = document.createElement('canvas');
  const ringContext = ring.getContext('2d')!;
  let painted = 0;
  let paintedVersion = -1;
  let image: ImageData | undefined;

  /** Copies the columns that are new since the last time into the ring. */
  function copyNewColumns(picture: SoundPicture): void {
    if (image?.data !== picture.pixels) {
      ring.width = picture.width;
      ring.height = picture.height;
      image = new ImageData(picture.pixels, picture.width, picture.height);
      ringContext.putImageData(image, 0, 0);
      painted = picture.columns();
    }
    const columns = picture.columns();
    const first = Math.max(painted, columns - picture.width) % picture.width;
    const count = Math.min(columns - painted, picture.width);
    const untilEnd = Math.min(count, picture.width - first);
    if (untilEnd > 0) ringContext.putImageData(image, 0, 0, first, 0, untilEnd, picture.height);
    if (count > untilEnd) ringContext.putImageData(image, 0, 0, 0, 0, count - untilEnd, picture.height);
    painted = columns;
  }

  function paintPins(picture: SoundPicture, pixelRatio: number): void {
    const columnWidth = canvas.width / picture.width;
    const leftColumn = picture.columns() - picture.width;
    context.font = `600 ${PIN_FONT_PX * pixelRatio}px 'Inter Variable', sans-serif`;
    context.textBaseline = 'top';
    for (const pin of picture.pins()) {
      const x = Math.round((pin.column + 0.5 - leftColumn) * columnWidth);
      const text = displayLabel(pin.label);
      const padding = PIN_PADDING_PX * pixelRatio;
      const width = context.measureText(text).width + 2 * padding;
      context.fillStyle = 'rgb(255 255 255 / 70%)';
      context.fillRect(x, 0, pixelRatio, canvas.height);
      context.fillStyle = '#fff';
      const left = Math.min(x, canvas.width - width);
      context.fillRect(left, 0, width, PIN_FONT_PX * pixelRatio + 2 * padding);
      context.fillStyle = '#16161a';
      context.fillText(text, left + padding, padding + pixelRatio);
    }
  }

  return {
    paint(picture, version) {
      const pixelRatio = window.devicePixelRatio || 1;
      const width = Math.max(1, Math.round(canvas.clientWidth * pixelRatio));
      const height = Math.max(1, Math.round(canvas.clientHeight * pixelRatio));
      if (canvas.width === width && canvas.height === height && version === paintedVersion) return;
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      paintedVersion = version;
      copyNewColumns(picture);
      const columnWidth = width / picture.width;
      for (const { from, count, at } of picture.slices())
        context.drawImage(ring, from, 0, count, picture.height, at * columnWidth, 0, count * columnWidth, height);
      paintPins(picture, pixelRatio);
    },
  };
}
