"""How people of many traditions are called: names, their order, and how common they are."""

import unicodedata
from dataclasses import dataclass
from enum import Enum

from features.loading.deterministic_choice import pool, spread, words


class _Order(Enum):
    GIVEN_FIRST = "Ada Lovelace"
    TWO_SURNAMES = "Inés García Fernández"
    FAMILY_FIRST = "Szabó Katalin"
    JOINED = "王秀英"


# Looked up once here, not in the enumeration for every patient.
JOINED, FAMILY_FIRST, TWO_SURNAMES = _Order.JOINED, _Order.FAMILY_FIRST, _Order.TWO_SURNAMES


@dataclass(frozen=True, slots=True, eq=False)
class _Culture:
    """How people of one tradition are called. Pairs are (female, male)."""

    order: _Order
    given: tuple[tuple[str, ...], tuple[str, ...]]
    family: tuple[tuple[str, ...], tuple[str, ...]]
    middle: tuple[tuple[str, ...], tuple[str, ...]]
    middle_share: int
    hyphen_share: int
    latin: bool
    weight: int


def _culture(
    female: str,
    male: str,
    families: str,
    *,
    order: _Order = _Order.GIVEN_FIRST,
    middle: tuple[str, str] | None = None,
    middle_percent: int = 0,
    hyphenates: bool = False,
    weight: int = 470,
) -> _Culture:
    """Build a culture; a family name `Kowalska/Kowalski` has a form for women and one for men."""
    forms = [word.partition("/") for word in words(families)]
    given = (pool(words(female)), pool(words(male)))
    return _Culture(
        order=order,
        given=given,
        family=(pool(woman for woman, _, _ in forms), pool(man or woman for woman, _, man in forms)),
        middle=(pool(words(middle[0])), pool(words(middle[1]))) if middle else given,
        middle_share=middle_percent * 65536 // 100,
        hyphen_share=2000 if hyphenates else 0,
        latin="LATIN" in unicodedata.name(female[0]),
        weight=weight,
    )


_ENGLISH_FAMILIES = """
Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White Roberts Green
Hall Wood Jackson Clarke Clark Harrison Scott Cooper King Davis Baker Harris Martin Morris James Turner Moore Allen Hill
Lewis Morgan Parker Cook Bennett Lee Carter Shaw Phillips Watson Young Richardson Bailey Adams Mitchell Cox Richards
Bell Miller Marshall Collins Wilkinson Knight Webb Mills Palmer Matthews Hunt Barnes Chapman Ellis Lloyd Butler Mason
Rogers Stevens Fisher Barker Andrews Holmes Harvey Fox Gibson Saunders Howard Foster Pearson Rose Fletcher Hudson
Reynolds Holland Day Brooks Hart Spencer Payne Cole Lawrence Bradley Atkinson Hawkins Dixon Carr Austin Gardner Lane
Nicholson Hayes Bishop Booth Grant Burton Dean Perry Newton Page Porter Bird Hopkins Warren Armstrong Wells Parsons
Freeman Lowe Stephenson Dawson Barrett Hodgson Sutton Gregory Nash Slater Woodward Kaye Horton Sharpe Bartlett Pickering
Whittaker Ashworth Entwistle Braithwaite Featherstone Thistlethwaite Ramsbottom Cholmondeley Featherstonehaugh
Winterbottom Oakley Pemberton Fairfax Trevelyan Tregenza Penrose Nightingale Larkin Hathaway Blackwood Goodfellow
Drinkwater Makepeace Underhill Longbottom ffoulkes St_John de_Vere Sykes Bickerstaff Hargreaves Crabtree Garside
Birtwistle Duckworth Ogden Popplewell Sidebottom Eccles Tattersall
"""

_ENGLISH_YOUNG = _culture(
    """Olivia Amelia Isla Ava Ivy Freya Lily Florence Mia Willow Rosie Sophia Isabella Grace Daisy Sienna Poppy
    Elsie Emily Ella Evelyn Phoebe Evie Charlotte Harper Millie Matilda Maya Sophie Alice Emilia Isabelle Ruby Luna
    Maisie Aria Penelope Mila Bonnie Eva Hallie Eliza Ada Violet Esme Arabella Imogen Jessica Delilah Chloe Eleanor
    Lottie Robyn Zara Nancy Aurora Orla Thea Erin Lucy Megan Holly Abigail Jasmine Georgia Niamh Bethany Summer
    Skye Tilly Amber Zoë Chloë Renée Esmé""",
    """Noah Oliver George Arthur Leo Harry Oscar Archie Henry Theodore Freddie Jack Charlie Theo Alfie Jacob Thomas
    Finley Arlo William Lucas Roman Tommy Isaac Teddy Alexander Luca Edward James Joshua Albie Elijah Max Mohammed
    Reuben Mason Sebastian Rory Jude Benjamin Ethan Daniel Samuel Louie Adam Dylan Toby Harrison Logan Joseph
    Callum Connor Bradley Kieran Liam Nathan Ryan Jayden Tyler Riley Hugo Caleb Ezra Gabriel Felix Zachary Frankie
    Stanley Jenson Otis Rowan Zac Kai""",
    _ENGLISH_FAMILIES,
    middle_percent=30,
    hyphenates=True,
)
_ENGLISH_MIDDLE = _culture(
    """Sarah Claire Nicola Emma Lisa Joanne Michelle Helen Samantha Karen Victoria Rachel Louise Julie Clare
    Rebecca Sharon Amanda Katherine Alison Jane Tracey Kelly Angela Andrea Laura Zoe Gemma Charlotte Hannah Natalie
    Leanne Kerry Donna Dawn Melanie Jennifer Stephanie Danielle Anna Kate Ruth Paula Lorraine Deborah Catherine
    Caroline Heather Vanessa Tina Jodie Hayley Stacey Kirsty Naomi Lucy Lindsay Tanya Marie Beverley Debra Maxine
    Chantelle Yvonne Carly Faye Rosemary Philippa""",
    """David Paul Andrew Mark John Michael Stephen Ian Robert Richard Christopher Simon Neil Anthony Jason Darren
    Lee Gary Matthew Daniel James Craig Stuart Kevin Jonathan Philip Martin Peter Adam Nicholas Gareth Steven Wayne
    Carl Nigel Adrian Dean Scott Graham Shaun Barry Timothy Justin Ryan Ben Luke Thomas Alan Colin Gavin Russell
    Damian Marcus Julian Keith Leon Duncan Howard Jeremy Glenn Trevor Clive Dominic Robin Toby Giles Warren Rupert
    Nathaniel Piers Winston Delroy""",
    _ENGLISH_FAMILIES,
    middle_percent=35,
    hyphenates=True,
)
_ENGLISH_OLD = _culture(
    """Margaret Jean Mary Joan Patricia Sheila Barbara Doreen June Shirley Dorothy Joyce Maureen Elizabeth Audrey
    Brenda Kathleen Sylvia Eileen Pamela Betty Beryl Ann Irene Rita Marjorie Hilda Edna Doris Freda Olive Mavis
    Gladys Vera Winifred Marion Christine Susan Janet Valerie Hazel Josephine Judith Gillian Carole Norma Muriel
    Iris Phyllis Constance Ivy Elsie Thelma Nora Mabel Stella Daphne Enid Ethel Lilian Connie Rosalind Millicent
    Gwendoline Marlene Merle Eunice Myrtle""",
    """John Peter William Brian David Derek Ronald Kenneth George Dennis Roy Raymond Alan James Gordon Donald Eric
    Frank Leslie Thomas Arthur Harold Norman Stanley Reginald Albert Geoffrey Douglas Robert Michael Terence
    Frederick Jack Keith Roger Malcolm Anthony Ernest Walter Cyril Clifford Bernard Sidney Herbert Wilfred Percy
    Horace Edwin Cecil Maurice Ralph Leonard Victor Bertram Clarence Desmond Hubert Ivor Lionel Mervyn Neville
    Rodney Vernon Winston Egbert Godfrey Aubrey""",
    _ENGLISH_FAMILIES,
    middle_percent=40,
    hyphenates=True,
)

# The English are drawn from names of the patient's own generation; everybody else from one list for all ages.
_OTHER_CULTURES = (
    # Scottish
    _culture(
        """Fiona Isla Eilidh Kirsty Morag Catriona Ailsa Mhairi Shona Lorna Heather Moira Iona Elspeth Jean Agnes
        Senga Skye Rhona Jessie Flora Kirsteen Beathag Mairi Ishbel Eilish Una Lesley Aileen Sheena Màiri Seonaid
        Catrìona""",
        """Callum Hamish Angus Ewan Alasdair Fraser Duncan Gregor Cameron Finlay Iain Rory Struan Blair Craig
        Malcolm Murdo Lachlan Fergus Archibald Kenneth Ross Stuart Gordon Keith Innes Ruaridh Euan Alistair Logan
        Brodie Seumas Eòghann""",
        """McKenzie MacDonald Campbell Stewart McGregor Robertson Anderson MacLeod McLean Murray Ross Fraser
        Henderson Reid Hamilton Graham Kerr McIntosh Sinclair MacKay Gordon Cameron Douglas Wallace Munro McIntyre
        Buchanan McAllister MacPherson Lindsay Ferguson Drummond Galbraith McCulloch Urquhart MacAskill Farquharson
        McTavish Menzies Dalziel""",
        middle_percent=35,
        hyphenates=True,
        weight=60,
    ),
    # Welsh
    _culture(
        """Siân Megan Carys Ffion Angharad Bethan Nia Cerys Rhiannon Eleri Lowri Catrin Gwenllian Seren Mali Elin
        Myfanwy Blodwen Gwyneth Non Heledd Branwen Ceridwen Olwen Mair Tegwen Nerys Delyth Llinos Efa""",
        """Rhys Dylan Gareth Owain Huw Ieuan Gethin Emyr Iwan Aled Alun Dafydd Gwilym Hywel Geraint Rhodri Macsen
        Osian Tomos Emrys Idris Dewi Siôn Llŷr Iorwerth Gruffydd Bryn Cai Steffan Meirion""",
        """Jones Davies Williams Evans Thomas Roberts Lewis Hughes Morgan Griffiths Edwards Owen James Rees Price
        Jenkins Powell Harris Lloyd Llewellyn Pritchard Bevan Pugh Howells Vaughan Parry Ellis Bowen Prosser Gwynne
        Rhydderch ap_Rhys Probert Penry Gethin Eynon""",
        middle_percent=30,
        weight=50,
    ),
    # Irish
    _culture(
        """Aoife Niamh Ciara Siobhán Sinéad Róisín Gráinne Saoirse Caoimhe Bríd Orla Máire Clodagh Deirdre Éabha
        Fionnuala Bernadette Noreen Bridget Eithne Áine Muireann Nuala Assumpta Philomena Oonagh Breda Gobnait
        Maeve Aisling""",
        """Seán Patrick Conor Liam Declan Pádraig Cian Oisín Darragh Eoin Brendan Michael Niall Fionn Tadhg Cormac
        Diarmuid Rónán Ciarán Donal Gerard Fergal Colm Séamus Cathal Aidan Finbar Eamonn Malachy Lorcán""",
        """Murphy O’Brien Kelly O’Sullivan Walsh O’Connor Byrne Ryan O’Neill O’Reilly Doyle McCarthy Gallagher
        Doherty Kennedy Lynch Murray Quinn Moore McLaughlin O’Carroll Connolly Daly O’Connell Wilson Dunne Brennan
        Burke Collins Farrell O’Donnell Ní_Dhomhnaill/Ó_Domhnaill Ní_Chonaill/Ó_Conaill Mac_Giolla O’Shaughnessy
        Fitzgerald Maguire McGuinness""",
        middle_percent=30,
        weight=65,
    ),
    # Indian, in Latin letters
    _culture(
        """Priya Anjali Kavita Meera Sunita Pooja Neha Asha Rekha Nisha Deepa Jaswinder Harpreet Gurpreet Manjit
        Lakshmi Kiran Simran Divya Shreya Radhika Bhavna Hansa Kamla Usha Savita Jyoti Aarti Ishani Anoushka""",
        """Raj Amit Sanjay Vijay Rahul Suresh Ramesh Anil Harjit Gurpreet Manjit Kuldeep Nikhil Arjun Rohan Dinesh
        Mahesh Prakash Ashok Kiran Jaspal Balbir Aarav Vihaan Dev Karan Hemant Bhavesh Naveen Krishnan""",
        """Patel Kaur/Singh Shah Sharma Mistry Gill Desai Mehta Chauhan Joshi Gupta Reddy Nair Iyer Kapoor Bains
        Sandhu Dhillon Parmar Solanki Fernandes D’Souza Chopra Bhatt Venkatasubramanian Krishnamurthy Rao Banerjee
        Mukherjee""",
        middle_percent=8,
        weight=40,
    ),
    # Pakistani, Bangladeshi and Arab, in Latin letters
    _culture(
        """Fatima Aisha Maryam Zainab Khadija Nadia Samina Shazia Rukhsana Yasmin Farah Sana Amina Hafsa Noor Layla
        Zahra Nasreen Rehana Tahira Sumaira Shabana Iqra Bushra Salma Halima Inaya Hira""",
        """Mohammed Ahmed Ali Hassan Imran Tariq Bilal Usman Omar Yusuf Ibrahim Hamza Abdul Khalid Naveed Faisal
        Rashid Shahid Zubair Kashif Asif Waqar Junaid Haroon Idris Ismail Zayd Sajid""",
        """Begum/Khan Khan Ahmed Hussain Ali Bibi/Akhtar Akhtar Malik Mahmood Iqbal Rahman Miah Uddin Chowdhury
        Qureshi Sheikh Butt Mirza Siddiqui Raja Aziz Al-Hassan al-Rashid el-Masri Haddad Abdullah Hashmi Zaman""",
        middle_percent=12,
        weight=40,
    ),
    # West and East African
    _culture(
        """Ngozi Chioma Funmilayo Ama Akosua Abena Adaeze Blessing Grace Comfort Yetunde Folasade Ifeoma Temitope
        Wanjiku Amina Hodan Sahra Esi Efua Patience Mercy Chiamaka Titilayo Zodwa Tendai""",
        """Chukwuemeka Oluwaseun Kwame Kofi Emeka Tunde Babatunde Yaw Kwabena Chinedu Obinna Femi Samuel Emmanuel
        Abdi Tendai Tapiwa Kamau Segun Ifeanyi Kojo Nnamdi Ayodele Olumide Farai Jabulani""",
        """Okafor Mensah Adeyemi Owusu Okonkwo Boateng Balogun Osei Appiah Nwosu Eze Asante Adebayo Oyelaran Abdi
        Moyo Ncube Mohamed Otieno Kamau Afolabi Ogunleye Agyeman Nkrumah Olatunji Chukwu Amoah Warsame""",
        middle_percent=25,
        weight=30,
    ),
    # Polish
    _culture(
        """Anna Katarzyna Agnieszka Małgorzata Magdalena Ewa Joanna Barbara Krystyna Monika Aleksandra Zofia
        Natalia Beata Dorota Elżbieta Paulina Karolina Bożena Grażyna Halina Jadwiga Wiesława Zuzanna Maja""",
        """Piotr Krzysztof Andrzej Tomasz Paweł Michał Marcin Jakub Łukasz Jan Stanisław Grzegorz Adam Mateusz
        Wojciech Zbigniew Rafał Dariusz Mariusz Jerzy Szymon Kacper Bartosz Sławomir Zdzisław""",
        """Nowak Kowalska/Kowalski Wiśniewska/Wiśniewski Wójcik Kowalczyk Kamińska/Kamiński Lewandowska/Lewandowski
        Zielińska/Zieliński Szymańska/Szymański Woźniak Dąbrowska/Dąbrowski Kozłowska/Kozłowski Jankowska/Jankowski
        Mazur Krawczyk Piotrowska/Piotrowski Grabowska/Grabowski Pawłowska/Pawłowski Król Wróbel
        Jabłońska/Jabłoński Stępień Gołębiewska/Gołębiewski Szczepańska/Szczepański Brzęczyszczykiewicz Błaszczyk""",
        middle_percent=10,
        hyphenates=True,
        weight=35,
    ),
    # Portuguese and Brazilian
    _culture(
        """Maria Ana Inês Beatriz Mariana Catarina Joana Sofia Rita Teresa Luísa Conceição Fátima Lurdes Filipa
        Margarida Leonor Matilde Carolina Graça Patrícia Lúcia Fernanda Adriana Thaís""",
        """João José António Manuel Pedro Miguel Luís Carlos Paulo Rui Tiago Francisco Duarte Gonçalo Nuno Jorge
        Fernando Ricardo Diogo Rodrigo Vítor Sérgio Estêvão Caetano""",
        """Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Sousa Fernandes Gonçalves Gomes Lopes
        Marques Alves Almeida Ribeiro Pinto Carvalho Teixeira Moreira Correia Mendes Nunes Soares Vieira Monteiro
        da_Silva dos_Santos da_Conceição de_Sá Simões Magalhães Araújo Guimarães""",
        order=_Order.TWO_SURNAMES,
        middle_percent=25,
        weight=30,
    ),
    # Spanish and Latin American
    _culture(
        """María Carmen Ana Isabel Laura Cristina Marta Lucía Pilar Dolores Rosario Inés Paula Elena Sofía Raquel
        Teresa Beatriz Silvia Nuria Ángeles Concepción Begoña Guadalupe Ximena Valentina María_José
        María_del_Carmen Ana_Belén""",
        """José Antonio Manuel Francisco Juan David Javier Daniel Carlos Jesús Alejandro Miguel Rafael Pedro Pablo
        Ángel Sergio Fernando Jorge Luis Álvaro Íñigo Óscar Rubén Andrés Raúl Joaquín José_Luis Juan_Carlos
        José_María""",
        """García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández
        Díaz Moreno Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez
        Serrano Blanco Núñez Ibáñez Ortuño de_la_Fuente Peña Güell Etxeberria""",
        order=_Order.TWO_SURNAMES,
        weight=20,
    ),
    # French, German, Italian, Dutch, Nordic, Czech, Romanian, Turkish
    _culture(
        """Anna Élodie Sophie Giulia Ingrid Zoë Chloé Åsa Françoise Heidi Katrin Ayşe Elif Zeynep Ioana Mădălina
        Kateřina Jana Lieke Sanne Guðrún Björk Solveig Päivi Aino Gülşen Hélène Céline Bianca Chiara Astrid
        Ștefania Renée""",
        """Lukas François Jürgen Björn Søren Lars Marco Luca Giovanni Jan-Willem Jean-Luc Jean-Pierre Mehmet
        Mustafa Emre Ionuț Andrei Tomáš Jiří Pieter Joost Þór Günther Wolfgang Mikko Väinö Øyvind Håkon Étienne
        Benoît Noël Raphaël Ștefan Åke""",
        """Müller Schmidt Rossi Lefèvre Dubois Jansen van_der_Berg de_Vries van_’t_Hoff Larsen Nielsen Johansson
        Åkesson Virtanen Yılmaz Kaya Demir Çelik Popescu Ionescu Nováková/Novák Dvořáková/Dvořák Esposito D’Angelo
        Di_Stefano Weiß Größmann Strauß Hägglöf Ødegård Guðmundsdóttir/Guðmundsson Lemaître Saint-Martin L’Écuyer
        Öztürk Bălan""",
        middle_percent=10,
        weight=30,
    ),
    # Vietnamese
    _culture(
        "Lan Hương Mai Linh Hoa Thảo Nga Ngọc Trang Phương Hằng Thu Hà Yến Vân Quỳnh Tuyết Nhung Ánh Diễm",
        "Minh Hùng Dũng Tuấn Nam Hải Long Đức Quang Thành Huy Khánh Phúc Sơn Tâm Việt Bình Cường Đạt Trung",
        "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý",
        order=_Order.FAMILY_FIRST,
        middle=("Thị Ngọc Thu Thanh Kim Phương Minh Bích", "Văn Đức Hữu Quang Minh Quốc Xuân Thanh"),
        middle_percent=92,
        weight=12,
    ),
    # Hungarian
    _culture(
        """Mária Erzsébet Katalin Ilona Éva Anna Zsuzsanna Margit Judit Ágnes Julianna Andrea Ildikó Erika
        Krisztina Réka Zsófia Hanna Boglárka Tünde""",
        """László István József János Zoltán Sándor Ferenc Gábor Attila Péter Tamás Zsolt Tibor András Imre György
        Csaba Ádám Bence Máté""",
        """Nagy Kovács Tóth Szabó Horváth Varga Kiss Molnár Németh Farkas Balogh Papp Takács Juhász Lakatos
        Mészáros Oláh Simon Rácz Fekete Szűcs Győri Kőszegi""",
        order=_Order.FAMILY_FIRST,
        weight=12,
    ),
    # Arabic script; the second name is the father's
    _culture(
        "فاطمة عائشة مريم خديجة زينب نور ليلى سارة أمل هدى سلمى ياسمين رانيا دعاء هالة سمية إيمان آية رقية لمياء",
        """محمد أحمد علي حسن حسين عمر يوسف إبراهيم خالد مصطفى محمود طارق سمير كريم عبد_الله عبد_الرحمن سعيد زياد
        آدم بلال""",
        """المصري الحسن العلي حداد خوري النجار الشامي البغدادي السيد منصور الخطيب صالح ناصر عباس الحلبي القاسم
        بن_سعيد درويش""",
        middle=(
            "محمد أحمد علي حسن حسين عمر يوسف إبراهيم خالد محمود",
            "محمد أحمد علي حسن حسين عمر يوسف إبراهيم خالد محمود",
        ),
        middle_percent=60,
        weight=15,
    ),
    # Devanagari
    _culture(
        "प्रिया अनीता सुनीता कविता नेहा पूजा अंजलि मीना राधा लक्ष्मी सरिता गीता रेखा स्वाति दीपिका उषा सीता ज्योति",
        "राज अमित संजय विजय राहुल सुरेश रमेश अनिल सुनील विकास रवि मोहन अर्जुन दीपक मनोज कृष्ण प्रकाश हरि",
        "शर्मा वर्मा गुप्ता सिंह कुमारी/कुमार पटेल जोशी मिश्रा यादव पाण्डेय तिवारी अग्रवाल चौधरी देसाई थापा श्रेष्ठ",
        middle_percent=5,
        weight=12,
    ),
    # Chinese
    _culture(
        "秀英 敏 静 丽 芳 娜 秀兰 桂英 燕 玲 雪梅 婷婷 美玲 淑芬 雅婷 佳怡 欣怡 梓涵 雨桐 小红",
        "伟 强 磊 军 洋 勇 杰 涛 明 超 建国 志强 国华 俊杰 浩然 宇轩 子轩 文博 家豪 志明",
        "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 欧阳 司马",
        order=_Order.JOINED,
        weight=15,
    ),
    # Korean
    _culture(
        "서연 지우 민서 수빈 지현 은지 영희 미경 순자 영숙 하은 서윤 지민 혜진 유진 정숙 미영 소영 은주 예진",
        "민준 서준 지훈 현우 동현 영호 영수 성호 준호 도윤 하준 재현 상훈 정훈 승현 영철 광수 성민 태현 우진",
        "김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 남궁",
        order=_Order.JOINED,
        weight=8,
    ),
    # Russian, with patronymics
    _culture(
        """Елена Ольга Татьяна Наталья Ирина Светлана Анна Мария Екатерина Людмила Галина Юлия Дарья Нина Вера
        Алёна Валентина""",
        "Александр Сергей Дмитрий Андрей Алексей Владимир Иван Николай Михаил Юрий Олег Виктор Игорь Павел Борис Фёдор",
        """Иванова/Иванов Петрова/Петров Кузнецова/Кузнецов Смирнова/Смирнов Попова/Попов Волкова/Волков
        Соколова/Соколов Морозова/Морозов Лебедева/Лебедев Королёва/Королёв Чайковская/Чайковский
       """,
        middle=(
            "Ивановна Петровна Александровна Сергеевна Николаевна Владимировна Михайловна Алексеевна Юрьевна",
            "Иванович Петрович Александрович Сергеевич Николаевич Владимирович Михайлович Алексеевич Юрьевич",
        ),
        middle_percent=60,
        weight=8,
    ),
    # Ukrainian and Bulgarian
    _culture(
        "Оксана Соломія Марія Олена Катерина Наталія Юлія Ганна Ївга Цветана Мария Десислава Надежда Ирина Людмила",
        "Тарас Богдан Андрій Юрій Олександр Сергій Володимир Іван Георги Димитър Николай Петър Стоян Микола Олексій",
        """Шевченко Коваленко Бондаренко Мельник Ткаченко Кравчук Щербак Лисенко Ковальчук Димитрова/Димитров
        Георгиева/Георгиев Петрова/Петров Тодорова/Тодоров""",
        weight=8,
    ),
    # Greek
    _culture(
        """Μαρία Ελένη Αικατερίνη Βασιλική Σοφία Αγγελική Γεωργία Δήμητρα Κωνσταντίνα Παρασκευή Ιωάννα Αναστασία
        Ευαγγελία Χρυσούλα""",
        """Γεώργιος Κωνσταντίνος Ιωάννης Δημήτριος Νικόλαος Παναγιώτης Βασίλειος Χρήστος Αθανάσιος Μιχαήλ Ευάγγελος
        Σπυρίδων Ηλίας""",
        """Παπαδοπούλου/Παπαδόπουλος Γεωργίου Δημητρίου Παπαγεωργίου Νικολάου Βασιλείου Οικονόμου
        Καραγιάννη/Καραγιάννης Αντωνίου Μακρή/Μακρής Ιωάννου Αγγελοπούλου/Αγγελόπουλος Χατζή/Χατζής Παππά/Παππάς
        Λάσκαρη/Λάσκαρης Αλεξίου""",
        middle_percent=5,
        weight=10,
    ),
)

# By age: under 30, under 60, older.
CULTURES = tuple(
    spread((culture, culture.weight) for culture in (english, *_OTHER_CULTURES))
    for english in (_ENGLISH_YOUNG, _ENGLISH_MIDDLE, _ENGLISH_OLD)
)
