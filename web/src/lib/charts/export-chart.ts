/**
 * Pictures of a chart. Style sheets do not travel with an SVG file, so the styles that apply on the
 * page are written into each element; a canvas becomes an image inside the SVG.
 */

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

// What this chart kit draws with; everything else keeps its default.
const STYLES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
  "paint-order",
  "font-family",
  "font-size",
  "font-weight",
  "font-variant-numeric",
] as const;

export interface PictureSize {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** Draws the layers of a plot, its SVG and canvas children in order, into one SVG document. */
export function chartToSvg(plot: HTMLElement, { width, height }: PictureSize): string {
  const picture = document.createElementNS(SVG_NAMESPACE, "svg");
  picture.setAttribute("xmlns", SVG_NAMESPACE);
  picture.setAttribute("width", String(width));
  picture.setAttribute("height", String(height));
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const background = document.createElementNS(SVG_NAMESPACE, "rect");
  background.setAttribute("width", "100%");
  background.setAttribute("height", "100%");
  background.setAttribute("fill", getComputedStyle(plot).getPropertyValue("--surface").trim());
  picture.append(background);
  for (const layer of plot.children) {
    if (layer instanceof SVGSVGElement) {
      const copy = layer.cloneNode(true) as SVGSVGElement;
      inlineStyles(layer, copy);
      picture.append(...copy.childNodes);
    } else if (layer instanceof HTMLCanvasElement) {
      picture.append(imageOf(layer, { width, height }));
    }
  }
  return new XMLSerializer().serializeToString(picture);
}

/** Turns an SVG document into a PNG. A `data:` address keeps within a strict content policy. */
export async function chartToPng(
  svg: string,
  { width, height, scale }: PictureSize & { readonly scale: number },
): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) {
        reject(new Error("the browser made no PNG of the chart"));
      } else {
        resolve(blob);
      }
    }, "image/png");
  });
}

function inlineStyles(original: Element, copy: Element): void {
  const style = getComputedStyle(original);
  for (const name of STYLES) {
    const value = style.getPropertyValue(name);
    if (value !== "") {
      copy.setAttribute(name, value);
    }
  }
  copy.removeAttribute("class");
  copy.removeAttribute("style");
  for (let i = 0; i < original.children.length; i += 1) {
    const from = original.children[i];
    const to = copy.children[i];
    if (from !== undefined && to !== undefined) {
      inlineStyles(from, to);
    }
  }
}

function imageOf(canvas: HTMLCanvasElement, { width, height }: PictureSize): SVGImageElement {
  const image = document.createElementNS(SVG_NAMESPACE, "image");
  image.setAttribute("href", canvas.toDataURL("image/png"));
  image.setAttribute("width", String(width));
  image.setAttribute("height", String(height));
  return image;
}
