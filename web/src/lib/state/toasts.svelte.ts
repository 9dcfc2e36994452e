const SHOWN_MS = 10_000;

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** Short messages about what was just done, each for ten seconds. */
class Toasts {
  #nextId = 1;
  list = $state.raw<readonly Toast[]>([]);

  show(text: string, action?: Toast["action"]): void {
    const id = this.#nextId++;
    this.list = [...this.list, action ? { id, text, action } : { id, text }];
    setTimeout(() => this.dismiss(id), SHOWN_MS);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
