package io.firn.bench.ingest;

/** A list of words, of which a hash picks one. */
final class Words {

    static final Words ADJECTIVES = of("""
            Compact, Foldable, Professional, Lightweight, Classic, Nordic, Weatherproof, Handmade, \
            Adjustable, Ergonomic, Recycled, Cordless, Portable, Premium, Insulated, Modular""");

    static final Words MATERIALS = of("""
            Oak, Steel, Merino, Bamboo, Carbon, Linen, Ceramic, Copper, Cotton, Leather, Glass, Titanium, \
            Walnut, Cork, Granite, Aluminium""");

    static final Words NOUNS = of("""
            Kitchen Scale, Desk Lamp, Hiking Backpack, Coffee Grinder, Garden Chair, Water Bottle, \
            Cutting Board, Running Jacket, Bedside Table, Küchenmesser, Bicycle Helmet, Tool Case, \
            Sleeping Bag, Wall Clock, Crème Brûlée Torch, Travel Pillow""");

    static final Words BRANDS = of("""
            Nordlicht, Alpina, Harbour & Co, Vesterbro, Kestrel, Lumen, Bergwerk, Osprey Hill, Takumi, \
            Fjordline, Casa Verde, Ironbark, Maple Works, Solstice, Pinewood, Atelier 9""");

    static final Words CATEGORIES = of("""
            home/kitchen, home/living, home/bedroom, outdoor/hiking, outdoor/camping, garden/furniture, \
            sports/running, sports/cycling, tools/hand, tools/power, office/desk, office/light, \
            travel/luggage, travel/comfort, gifts/small, gifts/seasonal""");

    static final Words CURRENCIES = of("""
            EUR, EUR, EUR, EUR, EUR, USD, GBP, SEK""");

    static final Words STATUSES = of("""
            in_stock, in_stock, in_stock, low_stock, out_of_stock, backorder, preorder, in_stock""");

    private final byte[][] words;

    private Words(byte[][] words) {
        this.words = words;
    }

    /** The word that the bits of {@code hash} above the lowest {@code shift} ones pick. */
    byte[] pick(long hash, int shift) {
        return words[(int) ((hash >>> shift & Long.MAX_VALUE) % words.length)];
    }

    private static Words of(String commaSeparated) {
        String[] words = commaSeparated.split(", ", -1);
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = Bytes.utf8(words[i]);
        }
        return new Words(bytes);
    }
}
