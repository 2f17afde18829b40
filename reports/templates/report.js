'use strict';
// The page can be read without this script; it adds a filter over the tests and opens the compressed logs.
(() => {
  document.documentElement.classList.add('js');

  // --- filter: words, and field:word ------------------------------------------------------------------------------
  const query = document.getElementById('query');
  const shown = document.getElementById('shown');
  const suites = Array.from(document.querySelectorAll('details.suite'), (element) => ({
    element,
    open: element.open,
    name: element.querySelector('summary b').textContent.toLowerCase(),
    rows: Array.from(element.querySelectorAll('tbody tr')),
  }));
  const rows = suites.flatMap((suite) => suite.rows.map((element) => {
    const cells = element.children;
    return {
      element,
      text: element.textContent.toLowerCase(),
      fields: {
        suite: suite.name,
        status: element.dataset.status,
        test: cells[1].textContent.toLowerCase(),
        model: cells[2].textContent.toLowerCase(),
        placement: cells[3].textContent.toLowerCase(),
      },
    };
  }));

  const matches = (row, words) => words.every((word) => {
    const colon = word.indexOf(':');
    const field = colon > 0 ? row.fields[word.slice(0, colon)] : undefined;
    return field === undefined ? row.text.includes(word) : field.includes(word.slice(colon + 1));
  });

  const filter = () => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const hit = matches(row, words);
      row.element.hidden = !hit;
      count += hit;
    }
    for (const suite of suites) {
      const any = suite.rows.some((row) => !row.hidden);
      suite.element.hidden = words.length > 0 && !any;
      suite.element.open = words.length > 0 ? any : suite.open;
    }
    shown.textContent = words.length > 0 ? `${count} of ${rows.length} tests` : `${rows.length} tests`;
  };

  // The filter lives in the address, so that a view can be passed on.
  const from_address = () => {
    const found = /^#q=(.*)$/.exec(location.hash);
    if (found) {
      try { query.value = decodeURIComponent(found[1]); } catch { query.value = found[1]; }
    }
    filter();
    if (found) document.getElementById('tests').scrollIntoView();
  };
  const set_query = (text) => {
    query.value = text;
    history.replaceState(null, '', text ? '#q=' + encodeURIComponent(text) : '#tests');
    filter();
  };
  query.addEventListener('input', () => set_query(query.value));
  query.form.addEventListener('submit', (event) => event.preventDefault());
  for (const link of document.querySelectorAll('.counts a')) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      set_query('status:' + link.dataset.status);
      document.getElementById('tests').scrollIntoView();
    });
  }
  addEventListener('hashchange', from_address);
  from_address();

  // --- logs: base64 of raw deflate, a block a template -------------------------------------------------------------
  const inflate = async (id) => {
    const binary = atob(document.getElementById(id).content.textContent.trim());
    const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return new Response(stream).text();
  };
  const kMaxHits = 1000;

  const find = async (log, word, status, lines) => {
    const hits = [];
    let number = 0, count = 0, rest = '';
    for (let block = 0; block < +log.dataset.blocks; block++) {
      const text = rest + await inflate(`block-${log.dataset.log}-${block}`);
      const all = text.split('\n');
      rest = block + 1 < +log.dataset.blocks ? all.pop() : '';
      for (const line of all) {
        number++;
        if (!line.toLowerCase().includes(word)) continue;
        count++;
        if (hits.length < kMaxHits) hits.push(`${number}: ${line}`);
      }
    }
    lines.textContent = hits.join('\n');
    status.textContent = count > kMaxHits ? `${count} lines, the first ${kMaxHits} shown` : `${count} lines`;
  };

  const show_all = async (log, status, lines) => {
    lines.textContent = '';
    for (let block = 0; block < +log.dataset.blocks; block++) {
      lines.append(document.createTextNode(await inflate(`block-${log.dataset.log}-${block}`)));
      status.textContent = `part ${block + 1} of ${log.dataset.blocks}`;
    }
    status.textContent = 'whole log';
  };

  for (const log of document.querySelectorAll('details.log')) {
    const status = log.querySelector('[role=status]');
    const lines = log.querySelector('pre');
    const title = log.querySelector('.at');
    const word = log.querySelector('input');
    const run = async (work, name) => {
      status.textContent = 'reading…';
      try {
        await work();
        title.textContent = name;
      } catch (error) {
        status.textContent = `this browser cannot open the log here (${error.message}); it is beside this page`;
      }
    };
    const look = () => run(() => find(log, word.value.toLowerCase(), status, lines), `lines with “${word.value}”`);
    const whole = () => run(() => show_all(log, status, lines), 'the whole log');
    log.querySelector('[data-do=find]').addEventListener('click', look);
    log.querySelector('[data-do=whole]').addEventListener('click', whole);
    // `#log-2` opens a log as a whole; `#log-2=word` finds in it.
    const from_log_address = () => {
      const [id, wanted] = location.hash.slice(1).split('=');
      if (id !== log.id) return;
      log.open = true;
      if (wanted === undefined) return whole();
      try { word.value = decodeURIComponent(wanted); } catch { word.value = wanted; }
      look();
    };
    addEventListener('hashchange', from_log_address);
    from_log_address();
    word.addEventListener('keydown', (event) => { if (event.key === 'Enter') look(); });
  }

  // --- print: everything that is closed is printed too ---------------------------------------------------------------
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = Array.from(document.querySelectorAll('details:not([open]):not(.log)'));
    for (const element of closed) element.open = true;
  });
  addEventListener('afterprint', () => { for (const element of closed) element.open = false; });
})();
