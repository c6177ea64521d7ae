import type { Pin, SoundPicture } from './sound-picture.ts';

/** Shows a sound picture: its colours on a canvas of one pixel per column and band, its pins as elements over it. */
export interface PicturePainter {
  /** Does only what is new since the last time. */
  paint(picture: SoundPicture): void;
}

/**
 * The canvas is stretched to its room by its style, so that its size costs nothing here: what is copied for each
 * repaint is 100 kB, whatever the size of the window.
 * @param pinLayer  as large as the canvas is shown; whatever is in it is the painter's own
 * @param displayLabel  the name under which people know a label
 */
export function createPicturePainter(
  canvas: HTMLCanvasElement,
  pinLayer: HTMLElement,
  displayLabel: (label: string) => string,
): PicturePainter {
  const context = canvas.getContext('2d', { alpha: false })!;
  let image: ImageData | undefined;
  let paintedColumns = -1;
  let paintedPins: readonly Pin[] = [];
  let pinElements = new Map<Pin, HTMLElement>();

  function paintColumns(picture: SoundPicture): void {
    if (image?.data !== picture.pixels) {
      canvas.width = picture.width;
      canvas.height = picture.height;
      image = new ImageData(picture.pixels, picture.width, picture.height);
    }
    for (const { from, count, at } of picture.slices())
      context.putImageData(image, at - from, 0, from, 0, count, picture.height);
  }

  function replacePins(pins: readonly Pin[]): void {
    const next = new Map(pins.map((pin) => [pin, pinElements.get(pin) ?? createPin(displayLabel(pin.label))]));
    for (const [pin, element] of pinElements) if (!next.has(pin)) element.remove();
    for (const element of next.values()) if (!element.isConnected) pinLayer.append(element);
    pinElements = next;
    paintedPins = pins;
  }

  /** In shares of the layer's width, which the style knows: nothing is measured, and nothing laid out anew. */
  function movePins(picture: SoundPicture): void {
    const leftColumn = picture.columns() - picture.width;
    for (const [pin, element] of pinElements) {
      const share = (pin.column + 0.5 - leftColumn) / picture.width;
      element.style.setProperty('--pin-left', `${(100 * share).toFixed(2)}cqw`);
    }
  }

  return {
    paint(picture) {
      const isNewPicture = image?.data !== picture.pixels;
      const isMoved = isNewPicture || picture.columns() !== paintedColumns;
      const hasOtherPins = picture.pins() !== paintedPins;
      if (isMoved) paintColumns(picture);
      paintedColumns = picture.columns();
      if (hasOtherPins) replacePins(picture.pins());
      if (isMoved || hasOtherPins) movePins(picture);
    },
  };
}

function createPin(text: string): HTMLElement {
  const pin = document.createElement('span');
  pin.className = 'picture-pin';
  const label = document.createElement('span');
  label.className = 'picture-pin-label';
  label.textContent = text;
  pin.append(label);
  return pin;
}
