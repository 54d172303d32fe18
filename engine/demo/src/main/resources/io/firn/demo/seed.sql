-- Fills an empty shop. The settings shop.products, shop.seed and shop.opened_at say with how many products, from which
-- seed, and when the shop opened.

-- The rows are consistent by construction; checking each foreign key would take most of the time.
SET LOCAL session_replication_role = replica;

SET LOCAL timezone = 'UTC';

-- A number from 0 to bound - 1 that depends on the seed, the row, and which of the row's values it is for.
CREATE OR REPLACE FUNCTION pg_temp.pick(n bigint, salt integer, bound integer) RETURNS integer LANGUAGE sql STABLE AS
$$ SELECT abs(hashint8extended(n, current_setting('shop.seed')::bigint * 1000 + salt) % bound)::integer $$;

CREATE OR REPLACE FUNCTION pg_temp.word(words text[], n bigint, salt integer) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT words[1 + pg_temp.pick(n, salt, cardinality(words))] $$;

CREATE OR REPLACE FUNCTION pg_temp.opened() RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT current_setting('shop.opened_at')::timestamptz $$;

INSERT INTO brand
SELECT 20 * (head.n - 1) + tail.n,
       head.word || tail.word,
       pg_temp.word(ARRAY['DE','FR','IT','SE','JP','US','PL','DK'], 20 * head.n + tail.n, 1),
       CASE WHEN pg_temp.pick(20 * head.n + tail.n, 2, 4) > 0 THEN 'https://' || lower(head.word || tail.word) || '.example' END,
       CASE WHEN pg_temp.pick(20 * head.n + tail.n, 3, 5) > 0 THEN date '1890-01-01' + pg_temp.pick(20 * head.n + tail.n, 4, 46000) END,
       pg_temp.opened()
FROM unnest(ARRAY['Nord','Alpen','Kyo','Bella','Öst','Terra','Luna','Fjord','Vér','Micro']) WITH ORDINALITY AS head (word, n),
     unnest(ARRAY['haus','werk','sen','line','forma','tech','craft','mont','vik','ware',
                  'lux','nova','kai','ette','berg','land','fit','play','pure','ón']) WITH ORDINALITY AS tail (word, n);

INSERT INTO category
SELECT n, NULL, word, ARRAY[word], jsonb_build_object('position', n), pg_temp.opened()
FROM unnest(ARRAY['Furniture','Kitchen','Garden','Sports','Toys','Electronics',
                  'Books','Fashion','Beauty','Pets','Tools','Grocery']) WITH ORDINALITY AS department (word, n);

INSERT INTO category
SELECT 100 * department.category_id + kind.n, department.category_id, department.name || ' › ' || kind.word,
       department.path || kind.word,
       jsonb_build_object('position', kind.n, 'seasonal', kind.word = 'Seasonal', 'return_days', 14 + 16 * (kind.n % 2)),
       pg_temp.opened()
FROM category AS department,
     unnest(ARRAY['Basics','Premium','Outdoor','Kids','Accessories','Seasonal',
                  'Clearance','Handmade','Refurbished']) WITH ORDINALITY AS kind (word, n);

INSERT INTO product
SELECT n,
       'SKU-' || lpad(n::text, 9, '0'),
       1 + pg_temp.pick(n, 10, 200),
       100 * (1 + pg_temp.pick(n, 11, 12)) + 1 + pg_temp.pick(n, 12, 9),
       pg_temp.word(ARRAY['Foldable','Compact','Large','Classic','Modern','Rustic','Wireless','Organic','Portable','Vintage'], n, 13)
           || ' ' || pg_temp.word(ARRAY['Oak','Steel','Linen','Bamboo','Ceramic','Leather','Cotton','Walnut','Glass','Wool'], n, 14)
           || ' ' || pg_temp.word(ARRAY['Chair','Lamp','Table','Kettle','Backpack','Blanket','Shelf','Notebook','Bowl','Speaker','Planter','Jacket'], n, 15)
           || ' ' || (100 + pg_temp.pick(n, 16, 900))
           || CASE WHEN n % 17 = 0 THEN ' 19" "Pro"' WHEN n % 23 = 0 THEN ' – Größe XL ☃' WHEN n % 29 = 0 THEN ' 抹茶 🍵'
                   WHEN n % 101 = 0 THEN E' O''Neill \\ Söhne' ELSE '' END
           || ', ' || pg_temp.word(ARRAY['anthracite','white','navy blue','crème','red','forest green','natural'], n, 17),
       CASE WHEN pg_temp.pick(n, 18, 3) = 0 THEN pg_temp.word(ARRAY['New season','Back in stock','Staff''s choice','', 'Best "value"'], n, 19) END,
       CASE WHEN n % 20 = 0 THEN description.long_text WHEN n % 7 > 0 THEN E'Made to last.\nShips in ' || (1 + pg_temp.pick(n, 20, 5)) || ' days.' END,
       jsonb_build_object('color', pg_temp.word(ARRAY['black','white','blue','red'], n, 21), 'pieces', 1 + pg_temp.pick(n, 22, 6),
                          'eco', pg_temp.pick(n, 23, 2) = 0, 'origin', NULL, 'width_cm', (pg_temp.pick(n, 24, 20000) / 100.0)::numeric(6,2)),
       CASE pg_temp.pick(n, 25, 4) WHEN 0 THEN '{}' WHEN 1 THEN ARRAY['new'] WHEN 2 THEN ARRAY['sale','q4 "deal"'] ELSE ARRAY['eco','gift','naïve'] END,
       md5(current_setting('shop.seed') || '/' || n)::uuid,
       CASE WHEN pg_temp.pick(n, 26, 20) > 0 THEN 20 + pg_temp.pick(n, 27, 30000) END,
       CASE WHEN pg_temp.pick(n, 28, 3) > 0 THEN 1 + pg_temp.pick(n, 29, 401) / 100.0 END,
       pg_temp.pick(n, 30, 50) > 0,
       CASE WHEN pg_temp.pick(n, 31, 10) > 0 THEN pg_temp.opened()::date - pg_temp.pick(n, 32, 2000) END,
       pg_temp.opened() - pg_temp.pick(n, 33, 100000000) * interval '1 second',
       pg_temp.opened() - pg_temp.pick(n, 34, 1000000) * interval '1 millisecond'
FROM generate_series(1, current_setting('shop.products')::bigint) AS n
LEFT JOIN LATERAL (
    SELECT string_agg(pg_temp.word(ARRAY[
               'Crafted from sustainable materials in a family workshop, with care for every detail and every home.',
               'Für drinnen und draußen: wetterfest, pflegeleicht und in wenigen Minuten aufgebaut — ganz ohne Werkzeug.',
               'The surface is finished by hand; slight differences in grain and colour are part of its character.',
               'Measures are given as "width × depth × height" and may differ by up to 5 mm from piece to piece.',
               'Le fabricant garantit les pièces de rechange pendant dix ans après la fin de la série.',
               'Packed without plastic. Return it within 30 days if it does not fit, no questions asked.'], 1000 * n + w, 35), E'\n') AS long_text
    FROM generate_series(1, 30) AS w) AS description ON n % 20 = 0;

INSERT INTO price
SELECT product.n, market.code,
       1 + pg_temp.pick(product.n, 40, 50000) / 100.0 + market.n,
       CASE WHEN pg_temp.pick(product.n, 41, 3) = 0 THEN 10 + pg_temp.pick(product.n, 40, 50000) / 100.0 + market.n END,
       market.currency, market.tax_rate,
       CASE WHEN pg_temp.pick(product.n, 42, 5) = 0
            THEN ARRAY[1 + pg_temp.pick(product.n, 40, 50000) / 110.0, NULL, 1 + pg_temp.pick(product.n, 40, 50000) / 125.0]::numeric(12,2)[] END,
       NULL,
       pg_temp.opened()
FROM generate_series(1, current_setting('shop.products')::bigint) AS product (n),
     (VALUES (1, 'de', 'EUR', 0.19), (2, 'fr', 'EUR', 0.20), (3, 'uk', 'GBP', 0.20)) AS market (n, code, currency, tax_rate)
WHERE market.n <= 2 OR pg_temp.pick(product.n, 43, 2) = 0;

INSERT INTO inventory
SELECT product.n, warehouse, pg_temp.pick(product.n, 50 + warehouse, 500), 0,
       CASE WHEN pg_temp.pick(product.n, 50 + warehouse, 500) = 0 THEN 'out' WHEN pg_temp.pick(product.n, 50 + warehouse, 500) < 20 THEN 'low' ELSE 'in' END,
       CASE WHEN pg_temp.pick(product.n, 60, 8) > 0 THEN chr(65 + pg_temp.pick(product.n, 61, 26)) || '-' || pg_temp.pick(product.n, 62, 1000) END,
       pg_temp.opened()
FROM generate_series(1, current_setting('shop.products')::bigint) AS product (n), generate_series(1, 3) AS warehouse
WHERE warehouse = 1 OR pg_temp.pick(product.n, 63 + warehouse, 4) = 0;

INSERT INTO merchandising_flag
SELECT product.n, flag.name, pg_temp.pick(product.n, 70, 10),
       CASE WHEN pg_temp.pick(product.n, 71, 2) = 0 THEN jsonb_build_object('slot', pg_temp.pick(product.n, 72, 12), 'label', 'Top "' || flag.name || '"') END,
       pg_temp.opened(),
       CASE WHEN pg_temp.pick(product.n, 73, 2) = 0 THEN pg_temp.opened() + interval '30 days' END
FROM generate_series(1, current_setting('shop.products')::bigint) AS product (n),
     unnest(ARRAY['featured','bestseller','clearance']) WITH ORDINALITY AS flag (name, n)
WHERE pg_temp.pick(product.n, 74 + flag.n::integer, 12) = 0;
