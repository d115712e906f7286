# A bar for each line "name<TAB>ratio", as SVG.
function text(x, y, words, anchor) {
	printf "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
		x, y, anchor, words
}
{ name[NR] = $1; value[NR] = $2; if ($2 > top) top = $2 }
END {
	if (!NR)
		top = 1
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"640\" " \
		"height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">\n",
		NR * 28 + 20
	print "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
	for (i = 1; i <= NR; i++) {
		y = i * 28 - 8
		text(226, y + 11, name[i], "end")
		printf "<rect x=\"236\" y=\"%d\" width=\"%d\" height=\"16\" " \
			"fill=\"#4477aa\"/>\n", y - 2, 330 * value[i] / top + 1
		text(242 + 330 * value[i] / top, y + 11,
			sprintf("%.2f", value[i]), "start")
	}
	print "</svg>"
}
